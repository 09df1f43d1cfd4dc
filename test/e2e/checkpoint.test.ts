import { expect, test } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";

async function started(): Promise<Scratch> {
  const s = await scratch();
  await s.ok("init", "--yes");
  await s.git("add", ".session");
  await s.git("commit", "--quiet", "-m", "chore: set session up");
  await s.ok("start", "feature/oauth", "-o", "Provider", "-o", "Google");
  return s;
}

test("checkpoint commits tracked changes with trailers that git reads, and lists omitted files", async () => {
  const s = await started();
  await s.write("README.md", "changed\n");
  await s.write("new.txt", "not named\n");
  const out = await s.ok(
    "checkpoint",
    "-m",
    "docs: say more",
    "--body",
    "Longer words.",
    "--complete",
    "1",
    "--label",
    "half",
  );
  expect(out).toContain("Left out: new.txt");
  const message = await s.git("log", "-1", "--format=%B");
  expect(message).toMatch(
    /^docs: say more\n\nLonger words\.\n\nSession-Objectives:\n - \[x\] obj-1: Provider\n - \[ \] obj-2: Google\n/,
  );
  expect(await s.git("log", "-1", "--format=%(trailers:key=Session-Label,valueonly)")).toContain("half");
  expect(await s.git("log", "-1", "--format=%(trailers:key=Session-Id,valueonly)")).toMatch(/^[0-9a-z]{12}/);
  expect(await s.git("status", "--porcelain")).toBe("?? new.txt");
  expect((await s.json("objectives", "list")).map((each: { mark: string }) => each.mark)).toEqual([
    "done",
    "open",
  ]);
});

test("checkpoint commits only staged changes if there are any, and leaves the others alone", async () => {
  const s = await started();
  await s.write("README.md", "staged\n");
  await s.git("add", "README.md");
  await s.write("README.md", "staged, then edited\n");
  const { leftOut } = await s.json("checkpoint", "-m", "docs: staged");
  expect(leftOut).toEqual(["README.md"]);
  expect(await s.git("show", "HEAD:README.md")).toBe("staged");
  expect(await s.read("README.md")).toBe("staged, then edited\n");
});

test("checkpoint -A adds new files, except files that look like secrets", async () => {
  const s = await started();
  await s.write("src/a.ts", "export {};\n");
  await s.write(".env", "TOKEN=1\n");
  const ran = await s.session("checkpoint", "-A", "-m", "feat: a");
  expect(ran.code).toBe(0);
  expect(ran.stderr).toContain(".env");
  expect(await s.git("show", "--name-only", "--format=", "HEAD")).toBe("src/a.ts");
  await s.ok("checkpoint", ".env", "-m", "chore: named, so meant");
  expect(await s.git("show", "--name-only", "--format=", "HEAD")).toBe(".env");
});

test("checkpoint commits named paths: files, folders, new files, deleted files and odd names", async () => {
  const s = await started();
  const odd = [":(exclude)a", "-f", "sp ace", "new\nline", "*.txt", "ünï"];
  for (const name of odd) await s.write(`odd/${name}`, "x\n");
  await s.write("other.txt", "x\n");
  await s.git("rm", "--quiet", "--cached", "README.md");
  await s.ok("checkpoint", "odd", "-m", "test: odd names");
  expect(
    (await s.git("show", "-z", "--name-only", "--format=", "HEAD")).split("\0").filter(Boolean).sort(),
  ).toEqual(odd.map((name) => `odd/${name}`).sort());
  expect(await s.git("status", "--porcelain", "--", "README.md")).toContain("D  README.md");
});

test("a decision is committed with the checkpoint, in the trailers and in the log", async () => {
  const s = await started();
  await s.write("README.md", "x\n");
  await s.ok(
    "checkpoint",
    "-m",
    "feat: pkce",
    "--decision",
    "Use PKCE",
    "--rationale",
    "No secret\non the client",
    "--alternatives",
    "Implicit flow: deprecated",
    "--alternatives",
    "Device code",
  );
  const [decision] = await s.json("decisions", "list");
  expect(decision).toMatchObject({
    id: "dec-1",
    text: "Use PKCE",
    rationale: "No secret\non the client",
    alternatives: ["Implicit flow: deprecated", "Device code"],
    state: "committed",
    commit: await s.git("rev-parse", "HEAD"),
  });
  expect(await s.git("show", "--name-only", "--format=", "HEAD")).toBe(".session/decision-log.md\nREADME.md");
  expect(await s.git("show", "HEAD:.session/decision-log.md")).toContain("**Use PKCE**");
  await s.write("README.md", "y\n");
  await s.ok("checkpoint", "-m", "feat: more");
  expect(await s.git("log", "-1", "--format=%(trailers:key=Decisions,valueonly)")).toBe("");
  expect((await s.git("show", "HEAD:.session/decision-log.md")).match(/Use PKCE/g)).toHaveLength(1);
});

test("texts that are given twice are all kept, or refused by name", async () => {
  const s = await scratch({ session: ["work"] });
  await s.write("README.md", "changed\n");
  const two = ["--decision", "Use A", "--decision", "Use B"];
  const before = await s.fingerprint();
  for (const [args, said] of [
    [["--label", "a", "--label", "b"], 'error: --label takes one text, and was given "a" and "b"'],
    [[...two, "--rationale", "fast"], "error: --rationale and --alternatives belong to one --decision"],
  ] as const) {
    const ran = await s.session("checkpoint", "-m", "feat: x", ...args);
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining(said) });
  }
  expect(await s.fingerprint()).toBe(before);
  await s.ok("checkpoint", "-m", "feat: x", "-m", "Why it is so.", ...two);
  expect(await s.git("log", "-1", "--format=%B")).toMatch(/^feat: x\n\nWhy it is so\.\n\nDecisions:/);
  const decisions = await s.json<{ text: string; state: string }[]>("decisions");
  expect(decisions.map((each) => `${each.state} ${each.text}`)).toEqual([
    "committed Use A",
    "committed Use B",
  ]);
});

test("a checkpoint with only a decision makes a commit, and a checkpoint of staged work includes the decision log", async () => {
  const s = await started();
  await s.ok("checkpoint", "-m", "docs: decide", "--decision", "Postgres");
  expect(await s.git("show", "--name-only", "--format=", "HEAD")).toBe(".session/decision-log.md");
  await s.write("a.txt", "a\n");
  await s.git("add", "a.txt");
  await s.ok("checkpoint", "-m", "feat: a", "--decision", "One table");
  expect(await s.git("show", "--name-only", "--format=", "HEAD")).toBe(".session/decision-log.md\na.txt");
});

test("two branches that each add decisions merge without a conflict", async () => {
  const s = await started();
  await s.ok("checkpoint", "-m", "docs: one", "--decision", "Ours");
  await s.git("switch", "--quiet", "main");
  await s.ok("start", "other");
  await s.ok("checkpoint", "-m", "docs: two", "--decision", "Theirs");
  await s.git("merge", "--quiet", "--no-edit", "feature/oauth");
  const log = await s.read(".session/decision-log.md");
  expect(log).toContain("**Ours**");
  expect(log).toContain("**Theirs**");
});

test("checkpoint --amend keeps one trailer block, the commit's decisions, and the message unless -m is given", async () => {
  const s = await started();
  await s.write("README.md", "x\n");
  await s.ok("checkpoint", "-m", "feat: first", "--body", "Body.", "--decision", "Keep me");
  for (let n = 0; n < 5; n++) {
    await s.write("README.md", `x${n}\n`);
    await s.ok("checkpoint", "--amend");
  }
  const message = await s.git("log", "-1", "--format=%B");
  expect(message.startsWith("feat: first\n\nBody.\n")).toBe(true);
  expect(message.match(/^Session-Id:/gm)).toHaveLength(1);
  expect(message.match(/dec-1: Keep me/g)).toHaveLength(1);
  expect(await s.git("rev-list", "--count", "main..HEAD")).toBe("1");
});

test("checkpoint proposes a subject from label, objective and files", async () => {
  const s = await started();
  await s.ok("objectives", "start", "2");
  await s.write("src/auth/google.ts", "export const google = 1;\n");
  const { subject } = await s.json("checkpoint", "-A", "--dry-run");
  expect(subject).toMatch(/^feat\(auth\): /);
  expect(subject).toMatch(/google/i);
});

test("checkpoint formats the proposed message with the project's template, and reports a broken template", async () => {
  const s = await started();
  await s.write("src/auth/google.ts", "export const google = 1;\n");
  const propose = async () => (await s.json("checkpoint", "-A", "--dry-run", "--complete", "2")).message;
  expect(await propose()).toContain("\n\nCompletes obj-2: Google\n\nSession-Objectives:");
  await s.write(
    ".session/templates/checkpoint.hbs",
    "{{line subject}} [{{#each completed}}{{id}}{{/each}}]\n",
  );
  expect(await propose()).toMatch(/^feat\(auth\): .* \[obj-2\]\n\nSession-Objectives:/);
  await s.write(".session/templates/checkpoint.hbs", "{{#if}\n");
  const broken = await s.session("checkpoint", "-A", "--dry-run");
  expect(broken.code).toBe(0);
  expect(broken.stderr).toContain(".session/templates/checkpoint.hbs");
});

test("checkpoint --dry-run shows everything and changes nothing", async () => {
  const s = await started();
  await s.write("README.md", "x\n");
  await s.write("new.ts", "x\n");
  const before = await s.fingerprint();
  const { commit, message, files } = await s.json(
    "checkpoint",
    "-A",
    "--dry-run",
    "-m",
    "feat: x",
    "--decision",
    "Maybe",
    "--complete",
    "1",
  );
  expect(commit).toBeNull();
  expect(message).toContain("dec-1: Maybe");
  const paths = [".session/decision-log.md", "README.md", "new.ts"];
  expect(files.map((each: { path: string }) => each.path).sort()).toEqual(paths);
  expect(await s.fingerprint()).toBe(before);
});

test("checkpoint --amend changes the message of an empty checkpoint, and says what an empty result needs", async () => {
  const s = await started();
  await s.ok("checkpoint", "--allow-empty", "-m", "feat: a");
  await s.ok("checkpoint", "--amend", "-m", "feat: b");
  expect(await s.git("log", "-1", "--format=%s")).toBe("feat: b");
  const text = await s.read("README.md");
  await s.write("README.md", "x\n");
  await s.ok("checkpoint", "-m", "feat: c");
  await s.write("README.md", text);
  const { code, stderr } = await s.session("checkpoint", "--amend");
  expect([code, stderr]).toEqual([
    1,
    "error: the amended commit would have no changes\nhint: session checkpoint --amend --allow-empty\n",
  ]);
});

test("the Impact of a checkpoint counts files, lines, tests and coverage", async () => {
  const s = await started();
  await s.write(".gitignore", "coverage/\n");
  await s.write("src/a.ts", "export const a = 1;\nexport const b = 2;\n");
  await s.write("test/a.test.ts", 'it("one", () => {});\nit("two", () => {});\n');
  await s.write(
    "coverage/coverage-summary.json",
    JSON.stringify({ total: { lines: { total: 100, covered: 84, pct: 84 } } }),
  );
  await s.ok("checkpoint", "-A", "-m", "feat: a");
  const impact = await s.git("log", "-1", "--format=%(trailers:key=Impact,valueonly)");
  expect(impact).toContain(" - Added: src/a.ts");
  expect(impact).toContain(" - Changed: 3 files, +5 -0");
  expect(impact).toContain(" - Tests: +2");
  expect(impact).toContain(" - Coverage: 84%");
});

test("a failing pre-commit hook leaves index, work tree, objectives and decisions unchanged", async () => {
  const s = await started();
  await s.write(
    ".git/hooks/pre-commit",
    "#!/bin/sh\necho 'lint: 3 problems' >&2\necho 'see above' >&2\nexit 1\n",
  );
  await s.run("chmod", ["+x", ".git/hooks/pre-commit"]);
  await s.write("README.md", "x\n");
  await s.write("new.ts", "x\n");
  const before = await s.fingerprint();
  const ran = await s.session("checkpoint", "-A", "-m", "feat: x", "--decision", "No", "--complete", "1");
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain("lint: 3 problems");
  expect(await s.fingerprint()).toBe(before);
  expect(await s.json("decisions", "list")).toEqual([]);
  await s.ok("checkpoint", "-A", "-m", "feat: x", "--no-verify");
});

test("the user's git settings do not change the content of a checkpoint", async () => {
  const s = await started();
  for (const [key, value] of [
    ["core.commentChar", "S"],
    ["commit.cleanup", "strip"],
    ["trailer.separators", "#"],
    ["trailer.ifexists", "replace"],
    ["commit.verbose", "true"],
    ["i18n.commitEncoding", "UTF-8"],
    ["log.showSignature", "true"],
    ["color.ui", "always"],
    ["core.abbrev", "4"],
  ] as const)
    await s.git("config", key, value);
  await s.ok("objectives", "add", "#12 is fixed", "Ünïcode ✓");
  await s.write("README.md", "x\n");
  await s.ok("checkpoint", "-m", "fix: it");
  const { objectives } = await s
    .json("trailers")
    .then((line: { session: { objectives: { text: string }[] } }) => line.session);
  expect(objectives.map((each) => each.text)).toEqual(["Provider", "Google", "#12 is fixed", "Ünïcode ✓"]);
});
