import { expect, test } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";

/** A session with one checkpoint, and a clone that knows its base only. */
async function two(): Promise<[Scratch, Scratch]> {
  const s = await scratch();
  await s.git("clone", "--quiet", ".", "../clone");
  await s.ok("start", "feature/login", "-o", "Login", "-o", "Docs");
  await s.ok("decisions", "add", "Use PKCE", "--rationale", "no secret");
  await s.ok("note", "Ask about the callback");
  await s.write("login.ts", "1\n");
  await s.ok("checkpoint", "-A", "-m", "feat: login", "--complete", "1");
  return [s, s.at("../clone")];
}

test("a bundle carries a session with its commits to a clone that has neither", async () => {
  const [s, clone] = await two();
  const { id } = (await s.json("list"))[0];
  await s.ok("export", "--format", "bundle", "-o", "../login.bundle");
  expect(await clone.git("bundle", "list-heads", "../login.bundle")).toBe(
    `${await s.git("rev-parse", `refs/sessions/${id}`)} refs/sessions/${id}\n${await s.git("rev-parse", "HEAD")} refs/heads/feature/login`,
  );

  const before = await clone.git("for-each-ref");
  expect(await clone.ok("import", "-i", "../login.bundle", "-n")).toMatch(/^Would import .*--with-branch/);
  expect(await clone.git("for-each-ref")).toBe(before);

  const said = await clone.ok("import", "-i", "../login.bundle", "--with-branch");
  expect(said).toBe(`Imported Login  feature/login · with its branch  ${id}\n`);
  expect(await clone.git("rev-parse", "feature/login")).toBe(await s.git("rev-parse", "HEAD"));
  expect(await clone.json("list")).toMatchObject([{ id, where: "snapshot", remote: "bundle" }]);
  await clone.ok("resume", "feature/login");
  const [there, here] = [(await s.json("export")).sessions[0], (await clone.json("export")).sessions[0]];
  for (const key of ["id", "objectives", "blockers", "decisions", "notes", "checkpoints"])
    expect(here[key], key).toEqual(there[key]);
});

test("a bundle brings the branch only on request, and never replaces an existing branch", async () => {
  const [s, clone] = await two();
  await s.ok("export", "--format", "bundle", "-o", "../login.bundle");
  await clone.ok("import", "-i", "../login.bundle");
  expect(await clone.git("branch", "--format=%(refname:short)")).toBe("main");
  const tree = await clone.git("rev-parse", "HEAD^{tree}");
  await clone.git(
    "branch",
    "feature/login",
    await clone.git("commit-tree", tree, "-p", "HEAD", "-m", "mine"),
  );
  const before = await clone.git("for-each-ref");
  const refused = await clone.session("import", "-i", "../login.bundle", "--with-branch");
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("feature/login is already in this clone"),
  });
  expect(await clone.git("for-each-ref")).toBe(before);
});

test("a bundle names the commits it needs; --full needs none", async () => {
  const [s] = await two();
  await s.ok("export", "--format", "bundle", "-o", "../login.bundle");
  await s.ok("export", "--format", "bundle", "--full", "-o", "../whole.bundle");
  const other = await scratch({ commits: 2 });
  const missing = (await s.git("rev-parse", "main")).slice(0, 12);
  const from = (name: string) => `${s.root}/../${name}`;
  expect(await other.session("import", "-i", from("login.bundle"))).toMatchObject({
    ...{
      code: 1,
      stderr: expect.stringContaining(`the bundle needs a commit that this clone lacks: ${missing}`),
    },
  });
  expect(await other.git("for-each-ref", "refs/session-remotes")).toBe("");
  await other.ok("import", "-i", from("whole.bundle"), "--with-branch");
  await other.ok("resume", "feature/login");
  expect(await other.json("status")).toMatchObject({ decisions: [{ text: "Use PKCE" }], pending: [] });
});

test("bundle exports an ended session, and several sessions into one file or one file each", async () => {
  const [s, clone] = await two();
  await s.ok("end", "--no-handoff");
  await s.ok("start", "other", "--from", "main", "-o", "Two");
  await s.ok("export", "--all", "--format", "bundle", "-o", "../all.bundle");
  expect((await s.session("export", "--all", "--format", "bundle", "-o", "../all.bundle")).code).toBe(1);
  expect((await clone.json("import", "-i", "../all.bundle")).sessions).toHaveLength(2);
  expect(
    (await clone.json("list"))
      .map((each: { branch: string; state: string }) => `${each.branch} ${each.state}`)
      .sort(),
  ).toEqual(["feature/login ended", "other active"]);
  expect((await s.json("export", "--all", "--format", "bundle", "-o", "../each/")).files).toHaveLength(2);
});

test("importing a bundle never changes existing sessions", async () => {
  const [s] = await two();
  await s.ok("export", "--format", "bundle", "-o", "../login.bundle");
  await s.ok("objectives", "add", "Later");
  const before = await s.read(".git/sessions/feature/login/context.json");
  expect(await s.ok("import", "-i", "../login.bundle")).toContain("already in this clone, not changed");
  expect(await s.read(".git/sessions/feature/login/context.json")).toBe(before);
  expect((await s.json("status")).objectives).toHaveLength(3);
});

test("a damaged or wrong bundle changes nothing", async () => {
  const [s, clone] = await two();
  await s.ok("export", "--format", "bundle", "-o", "../login.bundle");
  const { id } = (await s.json("list"))[0];
  const before = await clone.git("for-each-ref");
  await s.run("sh", [
    "-c",
    "head -c 400 ../login.bundle > ../torn.bundle; echo '# v2 git bundle' > ../none.bundle",
  ]);
  await s.git("bundle", "create", "--quiet", "../plain.bundle", "main");
  // A ref of ours with the session of somebody else behind it.
  await s.git("update-ref", "refs/sessions/000000000000", `refs/sessions/${id}`);
  await s.git("bundle", "create", "--quiet", "../false.bundle", "refs/sessions/000000000000");
  for (const name of ["torn", "none", "plain", "false"]) {
    const ran = await clone.session("import", "-i", `../${name}.bundle`, "--with-branch");
    expect(ran, name).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr, name).toMatch(/^error: .*\n(hint: .*\n)*$/);
    expect(ran.stderr, name).not.toContain("unexpected");
    expect(await clone.git("for-each-ref"), name).toBe(before);
  }
  expect((await clone.session("import", "-i", "../plain.bundle")).stderr).toContain(
    "no session in this bundle",
  );
  expect((await clone.session("import", "-i", "../login.bundle", "--new-id")).code).toBe(2);
});

test("a bundle with the other object format is refused with the reason", async () => {
  const s = await scratch({ repository: false });
  await s.git("init", "--quiet", "--object-format=sha256", "--initial-branch=main");
  await s.ok("start", "work", "-o", "One");
  await s.ok("checkpoint", "--allow-empty", "-m", "feat: x");
  await s.ok("export", "--format", "bundle", "--full", "-o", "../work.bundle");
  const other = await scratch();
  const ran = await other.session("import", "-i", `${s.root}/../work.bundle`);
  expect(ran).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("the bundle uses another object format (SHA-1 or SHA-256)"),
  });
  expect(ran.stderr).toContain("hint: session export -o session.json\n");
  await s.ok("export", "-o", "../work.json");
  expect(await other.ok("import", "-i", `${s.root}/../work.json`)).toContain("Imported");
});
