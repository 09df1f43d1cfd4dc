import { describe, expect, it } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";
import { forgeToken, password, random } from "../support/secret.ts";

async function started(): Promise<Scratch> {
  const s = await scratch();
  await s.ok("start", "feature/login", "-o", "OAuth login");
  return s;
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

describe("secrets that are recorded", () => {
  it.each([
    [
      "decisions",
      "dec-1",
      (secret: string) => ["decisions", "add", "Use it", "--rationale", `it is ${secret}`],
    ],
    ["objectives", "objectives.md", (secret: string) => ["objectives", "add", `Try ${secret}`]],
    ["blockers", "blockers.md", (secret: string) => ["blockers", "add", `Waiting for ${secret}`]],
    ["notes", "note 1", (secret: string) => ["note", `log in with ${secret}`]],
    ["checks", "verified 1", (secret: string) => ["verify", `curl -H "Authorization: Bearer ${secret}"`]],
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

  it("are refused where a session starts, before there is a branch", async () => {
    const s = await scratch();
    const ran = await s.session("start", "feature/login", "-o", `use ${forgeToken()}`);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("objectives.md:3");
    expect(await s.git("branch", "--list", "feature/login")).toBe("");
  });

  it("are named in JSON with rule, name and line, and without their value, verbose or not", async () => {
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

  it("are accepted with --allow, here and from then on", async () => {
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

  it("need the id of a finding to be accepted", async () => {
    const s = await started();
    const ran = await s.session("note", `use ${forgeToken()}`, "--allow", "everything");
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain("--allow takes the id of a finding");
  });

  it("do not stand in the way of taking them out", async () => {
    const s = await started();
    await s.write(`${FOLDER}/objectives.md`, `# Objectives\n\n- [ ] obj-1: use ${forgeToken()}\n`);
    await s.ok("note", "something else");
    await s.ok("objectives", "edit", "1", "use the vault");
    await s.write("a.txt", "a\n");
    await s.ok("checkpoint", "-A", "-m", "feat: a");
  });

  it("are not turned off by what a text says", async () => {
    const s = await started();
    const key = ["sk-", "proj-", random(74), "T3Blbk", "FJ", random(74)].join("");
    const ran = await s.session("note", `<!-- secretlint-disable -->\n${key}`);
    expect(ran.code).toBe(1);
  });
});

describe("secrets on their way into a commit", () => {
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

  it("stop a checkpoint whose own words hold one, a dry run too", async () => {
    const s = await started();
    await s.write("a.txt", "a\n");
    for (const more of [[], ["--dry-run"]]) {
      const ran = await s.session("checkpoint", "-A", "-m", `fix: ${password()}`, ...more);
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
    // What was typed is still here: the commit did not take it back.
    await s.ok("note", "later");
    expect(await s.read(`${FOLDER}/objectives.md`)).toContain(secret);
  });

  it("stop a squash into another branch, and everything is as it was", async () => {
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
    expect(ran.stderr).toContain("the commit on main");
    expect(await s.git("rev-parse", "main")).toBe(main);
    expect(await s.git("branch", "--show-current")).toBe("feature/login");
    expect((await s.json("status")).session.state).toBe("active");
  });

  it("cost an ordinary checkpoint nothing: the rules are not loaded", async () => {
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
      `${import.meta.dirname}/../support/loaded.cjs`,
      `${import.meta.dirname}/../../dist/cli.js`,
      "checkpoint",
      "-A",
      "-m",
      "feat: a",
    ]);
    expect(loaded.code).toBe(0);
    expect(loaded.stderr).toContain("loaded:");
    expect(loaded.stderr).not.toContain("secret-rules");
  });
});
