import path from "node:path";
import { describe, expect, it } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";

const HOST = "host-of-somebody-7q2";
const USER = "user-of-somebody-9k4";
const VALUE = "value-of-the-environment-3x8";

/** A repository in the home of somebody, on a machine with a name, with something in the environment. */
async function somebody(): Promise<Scratch> {
  const s = await scratch();
  Object.assign(s.env, {
    NODE_OPTIONS: `--require ${path.resolve(import.meta.dirname, "../support/fake-hostname.cjs")}`,
    ...{ PLANTED_HOST: HOST, HOSTNAME: HOST, USER, LOGNAME: USER, EMAIL: `${USER}@${HOST}`, DEPLOY: VALUE },
    SHELL: "/bin/sh",
  });
  return s;
}

/** Words that must not leave the clone: paths of home and repository, host, user, environment. */
function planted(s: Scratch): string[] {
  return [path.dirname(s.home), HOST, USER, VALUE];
}

async function objects(s: Scratch): Promise<string> {
  const { stdout } = await s.run("sh", [
    "-c",
    "git cat-file --batch-all-objects --batch-check | cut -d' ' -f1 | git cat-file --batch; git for-each-ref",
  ]);
  return stdout;
}

function expectNone(text: string, words: readonly string[]): void {
  for (const word of words) {
    const at = text.indexOf(word);
    if (at >= 0) expect(text.slice(Math.max(0, at - 200), at + 100), `${word} in it`).toBe("");
  }
}

/** A day's work that touches whatever could note where it is done. */
async function work(s: Scratch): Promise<void> {
  await s.ok("init", "--yes");
  await s.git("add", ".session");
  await s.git("commit", "--quiet", "-m", "chore: set up");
  await s.ok("start", "feature/login", "-o", "OAuth login", "-o", `as in ${s.home}/a`, "--tag", "auth");
  await s.ok("decisions", "add", "Use PKCE", "--rationale", `see ${s.home}/pkce.md`);
  await s.ok("blockers", "add", "Waiting", "--link", "#42");
  await s.write("src/a.ts", "a\n");
  await s.session("verify", "ls; echo $DEPLOY; hostname; pwd; exit 1", "--run");
  await s.ok("note", `look at ${s.home}/report.html`);
  await s.ok("verify", `${s.home}/bin/check`, "--result", "passed");
  await s.ok("objectives", "add", `read ${s.home}/plan.md`);
  await s.write("notes.txt", "n\n");
  await s.ok("workspace", "add", "notes.txt");
  await s.ok("checkpoint", "-A", "-m", "feat: a", "--label", "half", "--decision", `keep ${s.home}/k`);
  await s.write("src/b.ts", "b\n");
  await s.ok("start", "fix/crash", "--worktree", "-o", "Crash");
  await s.ok("handoff", "-o", "h.md");
  await s.git("commit", "--quiet", "--allow-empty", "-m", "fix: by hand");
  await s.ok("switch", "main");
  await s.ok("switch", "feature/login");
  await s.ok("pause");
  await s.ok("resume");
}

describe("data that leaves a clone", () => {
  it("contains no path, host or user name: commits, snapshots, exports", async () => {
    const s = await somebody();
    await work(s);
    for (const format of ["json", "markdown", "html"])
      expectNone(await s.ok("export", "--format", format), planted(s));
    await s.write(".git/sessions/feature/login/transcripts/one.jsonl", `{"cwd":"${s.home}/a"}\n`);
    await s.ok("export", "--format", "bundle", "--workspace", "--transcripts", "-o", "../out.bundle");
    await s.ok("end", "--summary", `done in ${s.home}/a`);
    expectNone(await s.ok("export", "feature/login"), planted(s));
    const all = await objects(s);
    expectNone(all, planted(s));
    expect(all).toContain('{"cwd":"~/a"}');
    expect(all).toContain("look at ~/report.html");
  });

  it("contains workspace documents only on request", async () => {
    const s = await scratch({ session: ["feature/login"] });
    await s.write(".git/sessions/feature/login/workspace/plan.md", "only for me\n");
    await s.write(
      ".git/sessions/feature/login/transcripts/one.jsonl",
      '{"role":"user","content":"for me"}\n',
    );
    await s.ok("export", "--format", "bundle", "-o", "../out.bundle");
    await s.ok("end");
    expect(await objects(s)).not.toContain("for me");
  });

  it("contains no password of a remote", async () => {
    const s = await scratch();
    await s.git("remote", "add", "origin", "https://somebody:hunter2x@example.invalid/a.git");
    await s.write("src/a.ts", "export {};\n");
    await s.ok("init", "--yes");
    await s.ok("start", "feature/login", "-o", "Login");
    for (const command of ["brief", "handoff", "status", "export", "doctor"]) {
      const { stdout, stderr } = await s.session(command);
      expect(stdout + stderr).not.toContain("hunter2x");
    }
    expect(await s.read(".session/config.yaml")).not.toContain("hunter2x");
    expect(await s.read(".session/architecture.md")).not.toContain("hunter2x");
  });

  it("is readable only by its owner on this machine", async () => {
    const s = await scratch({ session: ["feature/login", "-o", "Login"] });
    const { error } = await s.json("note", ["gh", "p_", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"].join(""));
    expect(error.code).toBe("secrets-found");
    const { stdout } = await s.run("find", [".git/sessions", "-type", "f", "-not", "-perm", "600"]);
    expect(stdout).toBe("");
  });
});
