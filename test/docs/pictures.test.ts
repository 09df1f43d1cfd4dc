/** The pictures of the README, made from the program's output by npm run pages. */
import { createRequire } from "node:module";
import path from "node:path";
import { expect, test, vi } from "vitest";
import type { runWithin } from "../../src/main.ts";
import { surroundingsOf } from "../support/run-environment.ts";
import { CLI, type Scratch, scratch } from "../support/scratch.ts";
import { svgOf } from "../support/terminal-svg.ts";

// Colours are decided once for the process, when the program is first loaded.
vi.stubEnv("FORCE_COLOR", "1");
vi.stubEnv("TZ", "UTC");

const BEGIN = Date.parse("2026-03-02T09:00:00Z");
let minutes = 0;

/** Runs the program at the time of the story. */
function session(s: Scratch, ...args: string[]): Promise<string> {
  const { runWithin: run } = createRequire(import.meta.url)(path.join(path.dirname(CLI), "main.js")) as {
    runWithin: typeof runWithin;
  };
  const at = new Date(BEGIN + minutes * 60_000).toISOString();
  const dates = { GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at };
  const env = { ...s.env, ...dates, NO_COLOR: "", FORCE_COLOR: "1" };
  return new Promise((resolve, reject) => {
    const { surroundings, stdout, stderr } = surroundingsOf({
      ...{ cwd: s.root, env, clock: () => BEGIN + minutes * 60_000 },
      exit: () => resolve(stdout()),
    });
    run(surroundings, args).then((code) => {
      if (code === 0) resolve(stdout());
      else reject(new Error(`session ${args.join(" ")}: ${stderr()}`));
    }, reject);
  });
}

/** A morning on one branch, told by the commands of the README. */
async function morning(): Promise<Scratch> {
  const s = await scratch();
  await s.write("src/login.ts", "export {};\n");
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", "feat: begin");
  await session(s, "start", "feature/login", "-o", "OAuth login", "-o", "Docs");
  minutes = 12;
  await session(s, "objectives", "start", "1");
  await session(s, "decisions", "add", "Use PKCE", "--rationale", "no secret on the client");
  minutes = 41;
  await s.write("src/login.ts", "export const login = () => 1;\n");
  await s.write("test/login.test.ts", "test('login', () => {});\n");
  await session(s, "checkpoint", "-A", "-m", "feat: OAuth login", "--complete", "1");
  minutes = 50;
  await session(s, "blockers", "add", "Waiting for API keys", "--link", "#42");
  await s.write("docs/login.md", "# Login\n");
  minutes = 63;
  return s;
}

/** Ids and commits are random: each is shown as the same one always. */
async function settled(s: Scratch, text: string): Promise<string> {
  const [id = ""] = /(?<=Session-Id: )\w{12}/.exec(await s.git("log", "-1", "--format=%B")) ?? [];
  const commits = (await s.git("log", "--format=%h", "--abbrev=8")).split("\n");
  const shown = ["4e1f09ab", "a0928382", "7c0d55e1"];
  const fixed = commits.reduce((all, each, at) => all.replaceAll(each, shown[at] ?? each), text);
  return fixed.replaceAll(id, "k3f9qzm2x7ab");
}

test("the pictures show the current output of status and handoff", async () => {
  const s = await morning();
  const status = await settled(s, await session(s, "status"));
  const handoff = (await settled(s, await session(s, "handoff"))).split("\n## Numbers")[0] ?? "";
  expect(status).toContain("k3f9qzm2x7ab");
  await expect(svgOf("session status", status)).toMatchFileSnapshot("../../docs/images/status.svg");
  await expect(svgOf("session handoff", handoff)).toMatchFileSnapshot("../../docs/images/handoff.svg");
});
