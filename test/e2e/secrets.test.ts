import path from "node:path";
import { describe, expect, it } from "vitest";
import { forgeToken, passwordLine, randomLetters } from "../support/fake-secrets.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

function started(): Promise<Scratch> {
  return scratch({ session: ["feature/login", "-o", "OAuth login"] });
}

/** Everything in git's object store, reachable or not, and all that `extra` names. */
async function everything(s: Scratch): Promise<string> {
  const { stdout } = await s.run("sh", [
    "-c",
    "git cat-file --batch-all-objects --batch-check | cut -d' ' -f1 | git cat-file --batch",
  ]);
  return stdout;
}

const FOLDER = ".git/sessions/feature/login";

describe("secrets in a record", () => {
  it.each([
    [
      "decisions",
      "dec-1",
      (secret: string) => ["decisions", "add", "Use it", "--rationale", `it is ${secret}`],
    ],
    ["objectives", "objectives.md", (secret: string) => ["objectives", "add", `Try ${secret}`]],
    ["blockers", "blockers.md", (secret: string) => ["blockers", "add", `Waiting for ${secret}`]],
    ["notes", "note 1", (secret: string) => ["note", `log in with ${secret}`]],
    [
      "checks",
      "verified 1",
      (secret: string) => ["verify", `curl -H "Authorization: Bearer ${secret}"`, "--result", "passed"],
    ],
    ["titles", "context.json", (secret: string) => ["rename", "@", `Login with ${secret}`]],
    ["metadata", "metadata", (secret: string) => ["meta", "@", "api-key", secret]],
  ])("are refused in %s, and nothing is written", async (_, name, command) => {
    const s = await started();
    const secret = forgeToken();
    const before = await s.read(`${FOLDER}/context.json`);
    const ran = await s.session(...command(secret));
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("this looks like a secret");
    expect(ran.stderr).toContain(`${name}:`);
    expect(ran.stderr).toContain("****");
    expect(ran.stderr + ran.stdout).not.toContain(secret);
    expect(await s.read(`${FOLDER}/context.json`)).toBe(before);
    const { stdout } = await s.run("grep", ["-rl", secret, ".git/sessions"]);
    expect(stdout).toBe("");
  });

  it("are refused at start, before a branch is created", async () => {
    const s = await scratch();
    const ran = await s.session("start", "feature/login", "-o", `use ${forgeToken()}`);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("objectives.md:3");
    expect(await s.git("branch", "--list", "feature/login")).toBe("");
  });

  it("are listed in JSON by rule, name and line, never by value", async () => {
    const s = await started();
    const secret = forgeToken();
    const ran = await s.session("decisions", "add", `Use ${secret}`, "--json", "--verbose");
    const { error } = JSON.parse(ran.stdout);
    expect(error).toMatchObject({ code: "secrets-found", exit: 1 });
    const masked = "Use ****";
    expect(error.findings).toEqual([
      { id: expect.stringMatching(/^[0-9a-f]{8}$/), rule: "github-token", name: "dec-1", line: 1, masked },
    ]);
    expect(ran.stdout + ran.stderr).not.toContain(secret);
  });

  it("are accepted with --allow, and stay accepted", async () => {
    const s = await started();
    const secret = forgeToken();
    const { error } = await s.json("decisions", "add", `Use ${secret}`);
    await s.ok("decisions", "add", `Use ${secret}`, "--allow", error.findings[0].id);
    await s.ok("note", `again: ${secret}`);
    await s.write("a.txt", "a\n");
    await s.ok("checkpoint", "-A", "-m", "feat: a");
    expect(await s.git("log", "-1", "--format=%B")).toContain(secret);
    // What was accepted is known by an id of this clone, which does not lead back to the value.
    expect(await s.read(".git/sessions/.secrets.json")).not.toContain(secret);
  });

  it("are accepted only by the id of a finding", async () => {
    const s = await started();
    const ran = await s.session("note", `use ${forgeToken()}`, "--allow", "everything");
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain("--allow takes the id of a finding");
  });

  it("can always be removed", async () => {
    const s = await started();
    await s.write(`${FOLDER}/objectives.md`, `# Objectives\n\n- [ ] obj-1: use ${forgeToken()}\n`);
    await s.ok("note", "something else");
    await s.ok("objectives", "edit", "1", "use the vault");
    await s.write("a.txt", "a\n");
    await s.ok("checkpoint", "-A", "-m", "feat: a");
  });

  it("are found even if the text claims otherwise", async () => {
    const s = await started();
    const key = ["sk-", "proj-", randomLetters(74), "T3Blbk", "FJ", randomLetters(74)].join("");
    const ran = await s.session("note", `<!-- secretlint-disable -->\n${key}`);
    expect(ran.code).toBe(1);
  });
});

describe("secrets in a commit", () => {
  it("stop a checkpoint before the commit object is written", async () => {
    const s = await started();
    const secret = forgeToken();
    await s.write(
      `${FOLDER}/objectives.md`,
      `# Objectives\n\n- [ ] obj-1: OAuth login\n- [ ] use ${secret}\n`,
    );
    await s.write("a.txt", "a\n");
    const before = await s.git("rev-parse", "HEAD");
    const ran = await s.session("checkpoint", "-A", "-m", "feat: a");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("objectives.md:4");
    expect(await s.git("rev-parse", "HEAD")).toBe(before);
    expect(await s.git("status", "--porcelain")).toBe("?? a.txt");
    expect(await everything(s)).not.toContain(secret);
  });

  it("in the message stop a checkpoint, also a dry run", async () => {
    const s = await started();
    await s.write("a.txt", "a\n");
    for (const more of [[], ["--dry-run"]]) {
      const ran = await s.session("checkpoint", "-A", "-m", `fix: ${passwordLine()}`, ...more);
      expect(ran.code).toBe(1);
      expect(ran.stderr).toContain("message:1");
    }
  });

  it("never stop a plain commit, which carries them redacted", async () => {
    const s = await started();
    await s.ok("hooks", "install");
    const secret = forgeToken();
    await s.write(
      `${FOLDER}/objectives.md`,
      `# Objectives\n\n- [ ] obj-1: OAuth login\n- [ ] use ${secret}\n`,
    );
    await s.ok("decisions", "add", "Use PKCE");
    await s.write("a.txt", "a\n");
    await s.git("add", "a.txt");
    await s.git("commit", "--quiet", "-m", "feat: plain");
    const message = await s.git("log", "-1", "--format=%B");
    expect(message).toContain("Use PKCE");
    expect(message).toContain("use [redacted]");
    expect(await everything(s)).not.toContain(secret);
    // The typed text is kept: the commit did not remove it.
    await s.ok("note", "later");
    expect(await s.read(`${FOLDER}/objectives.md`)).toContain(secret);
  });

  it("stop a squash merge, which changes nothing", async () => {
    const s = await started();
    await s.write("a.txt", "a\n");
    await s.git("add", "a.txt");
    const secret = forgeToken();
    // Made by hand, or by an older version.
    const context = JSON.parse(await s.read(`${FOLDER}/context.json`));
    await s.git(
      "commit",
      "--quiet",
      "-m",
      `feat: a\n\nDecisions:\n - dec-1: Use ${secret}\nSession-Id: ${context.id}`,
    );
    const main = await s.git("rev-parse", "main");
    const ran = await s.session("end", "--merge-to", "main", "--squash");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("the commits on main");
    expect(await s.git("rev-parse", "main")).toBe(main);
    expect(await s.git("branch", "--show-current")).toBe("feature/login");
    expect((await s.json("status")).session.state).toBe("active");
  });

  it("in an existing commit are reported by doctor", async () => {
    const s = await started();
    const secret = forgeToken();
    expect(await s.ok("doctor")).toContain("no secrets in the messages");
    await s.git(
      "commit",
      "--quiet",
      "--allow-empty",
      "-m",
      `feat: a\n\nDecisions:\n - dec-1: Use ${secret}\nSession-Id: k3f9qzm2x7ab`,
    );
    const ran = await s.session("doctor");
    expect(ran.code).toBe(1);
    const head = await s.git("rev-parse", "--short=8", "HEAD");
    expect(ran.stdout).toMatch(
      new RegExp(`commit ${head}, line 4 of its message: github-token, ([0-9a-f]{8}): - dec-1: Use \\*{4}`),
    );
    expect(ran.stdout).not.toContain(secret);
    const id = /github-token, ([0-9a-f]{8})/.exec(ran.stdout)?.[1] ?? "";
    await s.ok("doctor", "--allow", id);
    await s.ok("doctor");
  });

  it("are found by simple rules if the scanner fails, and then export refuses", async () => {
    const s = await started();
    const broken = path.resolve(import.meta.dirname, "../support/block-secretlint.cjs");
    s.env.NODE_OPTIONS = `--require ${broken}`;
    expect((await s.session("note", forgeToken())).stderr).toContain("note 1:1");
    // It begins like one, and only the rules that do not load know that it is none.
    const ran = await s.session("note", ["AK", "IA", "IOSFODNN7", "EXAMPLE"].join(""));
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain("the scan for secrets failed");
    const exported = await s.session("export");
    expect(exported.code).toBe(1);
    expect(exported.stdout).toBe("");
    expect(exported.stderr).toContain("the scan for secrets failed, so nothing leaves this machine");
  });

  it("cost an ordinary checkpoint nothing, because the scanner is not loaded", async () => {
    const s = await started();
    await s.ok(
      "decisions",
      "add",
      "Rotate the refresh token",
      "--rationale",
      "no secret, no password on the client",
    );
    await s.write("a.txt", "a\n");
    const loaded = await s.run(process.execPath, [
      "--require",
      `${import.meta.dirname}/../support/print-loaded-files.cjs`,
      `${import.meta.dirname}/../../dist/cli.js`,
      "checkpoint",
      "-A",
      "-m",
      "feat: a",
    ]);
    expect(loaded.code).toBe(0);
    expect(loaded.stderr).toContain("loaded:");
    expect(loaded.stderr).not.toMatch(/\brules-[\w-]+\.js/);
  });
});

describe("secrets in an export", () => {
  /** A session with a decision of an older version, which recorded whatever it was told. */
  async function older(): Promise<{ s: Scratch; secret: string }> {
    const s = await started();
    const secret = forgeToken();
    const file = `${FOLDER}/context.json`;
    const context = JSON.parse(await s.read(file));
    context.decisions = [{ id: "dec-1", text: `Use ${secret}`, alternatives: [], added: context.created }];
    await s.write(file, JSON.stringify(context));
    return { s, secret };
  }

  it.each(["json", "markdown", "html", "bundle"])(
    "stop an export as %s, and no file is left",
    async (format) => {
      const { s, secret } = await older();
      const ran = await s.session("export", "--format", format, "-o", "out");
      expect(ran.code).toBe(1);
      expect(ran.stderr).toContain("dec-1:1");
      expect(ran.stderr).not.toContain(secret);
      expect(s.exists("out")).toBe(false);
      expect(await everything(s)).not.toContain(secret);
    },
  );

  it("stop a bundle of a snapshot that has one", async () => {
    const { s } = await older();
    await s.ok("end");
    await s.git("switch", "--quiet", "main");
    await s.run("rm", ["-r", ".git/sessions"]);
    const ran = await s.session("export", "feature/login", "--format", "bundle", "-o", "out");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("dec-1:1");
  });

  it("are exported once accepted", async () => {
    const { s, secret } = await older();
    const { error } = await s.json("export");
    const text = await s.ok("export", "--allow", error.findings[0].id);
    expect(text).toContain(secret);
  });

  it("are redacted in workspace and transcripts, which are exported only on request", async () => {
    const s = await started();
    const secret = forgeToken();
    const hidden = `\\u0067${secret.slice(1)}`;
    await s.write(`${FOLDER}/workspace/plans/plan.md`, `log in with ${secret}, then go on\n`);
    await s.write(`${FOLDER}/workspace/logo.png`, "\0\0");
    await s.write(`${FOLDER}/transcripts/one.jsonl`, `{"role":"user","content":"a \\"key\\": ${hidden}"}\n`);
    expect(JSON.parse(await s.ok("export")).sessions[0].documents).toBeUndefined();
    const ran = await s.session("export", "--workspace", "--transcripts");
    expect(JSON.parse(ran.stdout).sessions[0].documents).toEqual([
      { path: "transcripts/one.jsonl", text: '{"role":"user","content":"a \\"key\\": [redacted]"}\n' },
      { path: "workspace/plans/plan.md", text: "log in with [redacted], then go on\n" },
    ]);
    expect(ran.stderr).toContain("redacted: workspace/plans/plan.md:1");
    expect(ran.stderr).toContain("not in the snapshot: workspace/logo.png: it is not text");
    expect(ran.stdout + ran.stderr).not.toContain(secret);

    await s.ok("export", "--workspace", "--transcripts", "--format", "bundle", "-o", "out.bundle");
    expect(await everything(s)).not.toContain(secret);
    expect(await everything(s)).toContain("log in with [redacted]");
    await s.ok("export", "--workspace", "-o", "out.json");

    const other = await scratch();
    await other.git("fetch", "--quiet", s.root, "main");
    await other.git("reset", "--quiet", "--hard", "FETCH_HEAD");
    await other.ok("import", "-i", `${s.root}/out.bundle`);
    await other.git("branch", "feature/login");
    await other.ok("resume", "feature/login");
    expect(await other.read(`${FOLDER}/workspace/plans/plan.md`)).toBe(
      "log in with [redacted], then go on\n",
    );
    expect(other.exists(`${FOLDER}/workspace/logo.png`)).toBe(false);

    const third = await scratch();
    await third.git("branch", "feature/login");
    await third.ok("import", "-i", `${s.root}/out.json`);
    await third.ok("resume", "feature/login");
    expect(await third.read(`${FOLDER}/workspace/plans/plan.md`)).toContain("[redacted]");
  });
});
