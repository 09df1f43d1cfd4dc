import { readFileSync } from "node:fs";
import { chmod } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { entryOf } from "../../src/cli/command.ts";
import { COMMANDS } from "../../src/cli/commands.generated.ts";
import { COVERAGE_FILES } from "../../src/facts/coverage.ts";
import { buildOf } from "../../src/facts/formats/build.ts";
import { TEST_FILES, TEST_FOLDERS } from "../../src/facts/tests.ts";
import { CONFIG_KEYS } from "../../src/settings/config.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

const TEXT = readFileSync("docs/integrations.md", "utf8");
const blocks = (language: string) =>
  [...TEXT.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, "gm"))].map(
    (each) => each[1] ?? "",
  );
const [GITHUB, GITLAB] = blocks("yaml").map((each) => parse(each));

/** A session's branch as on a CI runner, with `session` on PATH and stand-ins for missing programs. */
async function runner(): Promise<Scratch> {
  const s = await scratch();
  await s.ok("start", "work", "-o", "Login");
  const cli = path.resolve("dist/cli.js");
  await s.write(path.join(s.home, "bin/session"), `#!/bin/sh\nexec "${process.execPath}" "${cli}" "$@"\n`);
  await s.write(path.join(s.home, "bin/npm"), "#!/bin/sh\nexit 0\n");
  for (const name of ["session", "npm"]) await chmod(path.join(s.home, "bin", name), 0o755);
  s.env.PATH = `${path.join(s.home, "bin")}${path.delimiter}${process.env.PATH}`;
  return s;
}

async function runLines(s: Scratch, lines: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  for (const line of lines) {
    const ran = await s.run("sh", ["-e", "-c", line], { env });
    expect(ran.code, `${line}\n${ran.stderr}`).toBe(0);
  }
}

test("the GitHub Actions steps run and record a build result", async () => {
  const s = await runner();
  const sha = await s.git("rev-parse", "HEAD");
  const summary = path.join(s.home, "summary.md");
  const steps: { run?: string; env?: Record<string, string> }[] = GITHUB.jobs.test.steps;
  expect(steps.flatMap((each) => Object.values(each.env ?? {}))).toEqual(["${{ job.status }}"]);
  for (const [said, status] of [
    ["success", "passed"],
    ["failure", "failed"],
    ["cancelled", "cancelled"],
  ]) {
    await runLines(
      s,
      steps.flatMap((each) => each.run ?? []),
      {
        ...{ JOB_STATUS: said, GITHUB_SHA: sha, GITHUB_STEP_SUMMARY: summary, GITHUB_RUN_ID: "7" },
        ...{ GITHUB_SERVER_URL: "https://github.com", GITHUB_REPOSITORY: "acme/shop" },
      },
    );
    expect(await buildOf(await s.read(".session/ci.json"))).toMatchObject({
      build: { status, commit: sha },
      ignored: [],
    });
    expect((await s.json("brief")).results.build).toMatchObject({
      status,
      url: "https://github.com/acme/shop/actions/runs/7",
    });
  }
  expect(await s.read(summary)).toContain("# Handoff: Work");
});

test("the GitLab CI lines run on a checkout of a commit without a branch", async () => {
  const s = await runner();
  const sha = await s.git("rev-parse", "HEAD");
  await s.git("switch", "--quiet", "--detach");
  await runLines(s, [...GITLAB.test.script, ...GITLAB.test.after_script], {
    ...{ CI_JOB_STATUS: "failed", CI_COMMIT_SHA: sha, CI_COMMIT_BRANCH: "work" },
    CI_PIPELINE_URL: "https://gitlab.com/acme/shop/-/pipelines/7",
  });
  expect(await buildOf(await s.read(".session/ci.json"))).toMatchObject({
    build: { status: "failed", commit: sha },
  });
  expect(await s.read("handoff.md")).toContain("- The build failed.");
  for (const file of GITLAB.test.artifacts.paths) expect(s.exists(file), file).toBe(true);
});

test("the ci.json example is valid, and every command and setting on the page exists", async () => {
  expect(await buildOf(blocks("json")[0] ?? "")).toMatchObject({
    build: { status: "failed", coverage: 84.2 },
    ignored: [],
  });
  const commands = [...TEXT.matchAll(/\bsession (status|handoff|brief|config)( [^`\n|]*)?/g)];
  expect(commands.length).toBeGreaterThan(8);
  const s = await scratch({ repository: false });
  for (const [, name = "", rest = ""] of commands) {
    expect(entryOf(COMMANDS, name), name).toBeDefined();
    const help = await s.ok("help", name);
    for (const [flag] of rest.matchAll(/--[a-z-]+/g)) expect(help, `${name} ${flag}`).toContain(flag);
  }
  for (const [key] of TEXT.matchAll(/tracking\.\w+/g)) expect(CONFIG_KEYS).toContain(key);
});

test("the page names the paths that the program searches", () => {
  const looked = [...COVERAGE_FILES, ...TEST_FILES, ...TEST_FOLDERS];
  const row = TEXT.split("\n")
    .filter((line) => /^\| (coverage|tests):/.test(line))
    .join("\n");
  const named = [...row.matchAll(/`([^`]+)`/g)].map((each) => (each[1] ?? "").replace(/\/$/, ""));
  expect(named.sort()).toEqual(looked.sort());
});
