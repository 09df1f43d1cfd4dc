import { existsSync, readdirSync } from "node:fs";
import { symlink, truncate } from "node:fs/promises";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { ExportedSession } from "../../src/transfer/portable/schema.ts";
import { exportedSession } from "../support/exported-sessions.ts";
import { sampledChanges } from "../support/sampling.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

const NOW = "2026-01-02T03:04:05.678Z";
const documentOf = (...sessions: unknown[]) =>
  JSON.stringify({ format: "git-session-export", schema: 1, exported: NOW, sessions });

const MINIMAL = {
  ...{ id: "k3f9qzm2x7ab", title: "Login", branch: "feature/login", base: {}, state: "ended", created: NOW },
  ...{ tags: [], meta: {}, objectives: [], blockers: [], decisions: [], verified: [], notes: [] },
  ...{ last: { obj: 0, blk: 0, dec: 0 }, events: [], checkpoints: [] },
};

/** Expects no file of session in the repository. */
function expectNothing(s: Scratch): void {
  for (const name of [".git/sessions/.kept", ".git/refs/sessions"]) expect(s.exists(name), name).toBe(false);
}

test("export, import into a fresh repository and export again give the same file", async () => {
  // There are no lone surrogates in a text file.
  const whole = (_key: string, each: unknown) =>
    typeof each === "string" ? each.replace(/\p{Surrogate}/gu, "\ufffd") : each;
  const sessions = fc
    .sample(fc.uniqueArray(exportedSession, { minLength: 12, maxLength: 12, selector: (each) => each.id }), {
      numRuns: 3,
      seed: 20260102,
    })
    .flatMap((all) => JSON.parse(JSON.stringify(all), whole) as ExportedSession[]);
  const unique = [...new Map(sessions.map((each) => [each.id, each])).values()];
  const s = await scratch();
  await s.write("in.json", documentOf(...unique));
  await s.ok("import", "-i", "in.json");
  const out: ExportedSession[] = JSON.parse(await s.ok("export", "--all")).sessions;
  const byId = new Map(out.map((each) => [each.id, each]));
  expect(byId.size).toBe(unique.length);
  for (const each of unique) {
    const again = byId.get(each.id);
    if (each.state === "ended" || each.state === "archived") expect(again).toEqual(each);
    else {
      // A session active in the other clone is not active in this one.
      const { ended: _ended, events = [], ...rest } = again ?? each;
      const { events: _events, ...before } = each;
      expect(rest).toEqual({ ...before, state: "ended" });
      expect(events.slice(0, -1)).toEqual(each.events);
      expect(events.at(-1)).toMatchObject({ type: "session.imported", was: each.state });
    }
  }
});

test("a real session moves from one clone to another and continues", async () => {
  const s = await scratch({ session: ["feature/login", "-o", "Login", "-o", "Docs"] });
  await s.ok("decisions", "add", "Use PKCE", "--rationale", "no secret");
  await s.write("login.ts", "1\n");
  await s.ok("checkpoint", "-A", "-m", "feat: login", "--complete", "1");
  await s.ok("export", "-o", "../login.json");
  const [before] = JSON.parse(await s.read("../login.json")).sessions;
  await s.git("clone", "--quiet", ".", "../clone");
  const clone = s.at("../clone");

  expect(await clone.ok("import", "-i", "../login.json")).toBe(
    `Imported Login  feature/login · ended · ../login.json  ${before.id}\n`,
  );
  expect(await clone.json("list")).toMatchObject([{ id: before.id, state: "ended", where: "kept" }]);
  await clone.ok("resume", before.id);
  expect(await clone.json("status")).toMatchObject({
    objectives: [{ mark: "done" }, { mark: "open" }],
    decisions: [{ text: "Use PKCE", commit: before.decisions[0].commit.slice(0, 8) }],
    pending: [],
  });
  await clone.ok("objectives", "complete", "2");
  expect((await clone.json("export")).sessions[0]).toMatchObject({ id: before.id, state: "active" });
  expect(clone.exists(`.git/sessions/.kept/${before.id}/context.json`)).toBe(false);
  expect(await clone.ok("doctor")).toContain("1 session");
});

test("decisions of an imported session are found in a squash that names none of them", async () => {
  const s = await scratch({ session: ["feature/login", "-o", "Login"] });
  await s.ok("decisions", "add", "Use PKCE");
  await s.write("login.ts", "1\n");
  await s.ok("checkpoint", "-A", "-m", "feat: login");
  await s.ok("end");
  await s.git("switch", "--quiet", "main");
  await s.git("merge", "--squash", "--quiet", "feature/login");
  await s.git("commit", "--quiet", "--no-verify", "-m", "Login (#1)");
  await s.ok("export", "feature/login", "-o", "../login.json");
  await s.git("clone", "--quiet", "--single-branch", `file://${s.root}`, "../clone");
  const clone = s.at("../clone");
  await clone.ok("import", "-i", "../login.json");
  expect(await clone.json("decisions", "list", "--all")).toMatchObject([
    { text: "Use PKCE", state: "committed", commit: await s.git("rev-parse", "main") },
  ]);
});

test("import --branch continues the imported session on a branch of this clone", async () => {
  const s = await scratch();
  const open = { ...MINIMAL, state: "active", objectives: [{ id: "obj-1", mark: "open", text: "One" }] };
  await s.write("in.json", documentOf({ ...open, last: { obj: 1, blk: 0, dec: 0 } }));
  expect((await s.session("import", "-i", "in.json", "--branch", "work")).stderr).toContain("no branch work");
  await s.git("switch", "--quiet", "--create", "work");
  await s.ok("import", "-i", "in.json", "--branch", "work");
  await s.ok("objectives", "complete", "1");
  expect(await s.json("status")).toMatchObject({
    session: { id: MINIMAL.id, branch: "work", state: "active" },
    objectives: [{ mark: "done", text: "One" }],
  });
  await s.ok("checkpoint", "--allow-empty", "-m", "feat: x");
  expect(await s.git("log", "-1", "--format=%(trailers:key=Session-Id,valueonly)")).toContain(MINIMAL.id);
  const taken = await s.session("import", "-i", "in.json", "--new-id", "--branch", "work");
  expect(taken).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("work already has a session: Login"),
  });
});

test("import --dry-run checks and changes nothing, and --title and --new-id apply", async () => {
  const s = await scratch();
  await s.write("in.json", documentOf(MINIMAL));
  expect(await s.ok("import", "-i", "in.json", "-n")).toMatch(/^Would import Login {2}.*k3f9qzm2x7ab\n/);
  expectNothing(s);
  await s.ok("import", "-i", "in.json", "--title", "Another");
  const again = await s.session("import", "-i", "in.json");
  expect(again).toMatchObject({
    code: 1,
    stderr:
      "error: in.json: the session k3f9qzm2x7ab (Login) is already in this clone\nhint: session import -i in.json --new-id\n",
  });
  const { sessions } = await s.json("import", "-i", "in.json", "--new-id");
  expect(sessions[0].id).toMatch(/^(?!k3f9qzm2x7ab)[0-9a-z]{12}$/);
  expect((await s.json("list", "--all")).map((each: { title: string }) => each.title).sort()).toEqual([
    "Another",
    "Login",
  ]);
});

test("import --dir imports all or nothing, and names every invalid file", async () => {
  const s = await scratch();
  await s.write("in/a.json", documentOf(MINIMAL));
  await s.write("in/b.json", "{");
  await s.write("in/c.json", documentOf({ ...MINIMAL, id: "000000000001", title: 5 }));
  await s.write("in/readme.txt", "no session");
  const wrong = await s.session("import", "--dir", "in");
  expect(wrong.code).toBe(1);
  expect(wrong.stderr.split("\n")).toHaveLength(3);
  expect(wrong.stderr).toMatch(/in\/b\.json: is not JSON: .*; nothing was imported/);
  expect(wrong.stderr).toContain("in/c.json: sessions[0].title is 5, expected string");
  expectNothing(s);
  await s.write("in/b.json", documentOf({ ...MINIMAL, id: "000000000002" }));
  await s.write("in/c.json", documentOf({ ...MINIMAL, id: "000000000001" }));
  expect((await s.ok("import", "--dir", "in")).trim().split("\n")).toHaveLength(3);
  await s.write("twice/a.json", documentOf({ ...MINIMAL, id: "000000000009" }));
  await s.write("twice/b.json", documentOf({ ...MINIMAL, id: "000000000009" }));
  expect((await s.session("import", "--dir", "twice")).stderr).toContain("is in twice/a.json as well");
  expect((await s.session("import", "--dir", ".git")).stderr).toContain(".git has no sessions");
});

test("an import killed at any moment leaves each session whole or absent", async () => {
  const s = await scratch();
  const cli = path.resolve("dist/cli.js");
  const objectives = [{ id: "obj-1", mark: "open", text: "One" }];
  let killed = 0;
  for (const at of sampledChanges(1000, 20)) {
    const ids = ["a", "b"].map((letter) => `${letter}${String(at).padStart(11, "0")}`);
    await s.write("in.json", documentOf(...ids.map((id) => ({ ...MINIMAL, id, objectives, handoff: "x" }))));
    const args = ["--require", path.resolve("test/support/node-faults.cjs"), cli, "import", "-i", "in.json"];
    const ran = await s.run(process.execPath, args, { env: { FAULT: "kill", FAULT_AT: String(at) } });
    for (const id of ids) {
      const found = await s.json("export", id);
      if (!found.error) expect(found.sessions[0]).toMatchObject({ id, objectives, handoff: "x" });
      else expect(ran.code, id).not.toBe(0);
    }
    if (ran.code === 0) break;
    killed++;
  }
  expect(killed).toBeGreaterThan(0);
  expect(readdirSync(`${s.root}/.git/sessions`)).toEqual([".kept"]);
});

describe("an invalid import gives one clear line and changes nothing", () => {
  const cases: [string, string | undefined, string][] = [
    ["not JSON", "certainly not", "in.json: is not JSON: "],
    ["nothing", "", "in.json: is not JSON: "],
    ["another JSON", '{"a": 1}', "in.json: is not an export of session or of a known tool"],
    ["no file", undefined, "in.json does not exist"],
    [
      "__proto__",
      documentOf({ ...MINIMAL, meta: 1 }).replace('"meta":1', '"meta":{"__proto__":"x"}'),
      "sessions[0].meta.__proto__ is a forbidden key",
    ],
    [
      "a path that leaves",
      documentOf({ ...MINIMAL, branch: "../../../hooks/x" }),
      'sessions[0].branch is not the name of a branch: "../../../hooks/x"',
    ],
    [
      "an id that is a path",
      documentOf({ ...MINIMAL, id: "../../hooks" }),
      "sessions[0].id is not 12 letters",
    ],
    [
      "a newer schema",
      '{"format": "git-session-export", "schema": 2}',
      "was written by a newer session (schema 2; this one reads up to 1)",
    ],
    ["no sessions", documentOf(), "sessions has a length of 0"],
  ];
  test.each(cases)("%s", async (_name, text, said) => {
    const s = await scratch();
    if (text !== undefined) await s.write("in.json", text);
    const before = await s.fingerprint();
    const ran = await s.session("import", "-i", "in.json");
    expect(ran).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining(said) });
    expect(ran.stderr).toMatch(/^error: .*\n(hint: .*\n)?$/);
    expect(await s.fingerprint()).toBe(before);
    expectNothing(s);
    expect(existsSync(`${s.root}/.git/hooks/x`)).toBe(false);
  });

  test("for a file of 1 GB, which import does not read", async () => {
    const s = await scratch();
    await s.write("in.json", "");
    await truncate(`${s.root}/in.json`, 1024 ** 3);
    const ran = await s.session("import", "-i", "in.json");
    expect(ran.stderr).toBe("error: in.json: has 1073741824 bytes; at most 33554432 are read\n");
    expectNothing(s);
  });

  test("for symbolic links", async () => {
    const s = await scratch();
    await s.write("real.json", documentOf(MINIMAL));
    await symlink("real.json", `${s.root}/in.json`);
    expect((await s.session("import", "-i", "in.json")).stderr).toBe(
      "error: in.json: is a link, and links are not followed\n",
    );
    await s.write("in/a.json", documentOf({ ...MINIMAL, id: "000000000001" }));
    await symlink("../real.json", `${s.root}/in/b.json`);
    expect((await s.session("import", "--dir", "in")).stderr).toContain("in/b.json: is a link");
    expectNothing(s);
  });

  test("for wrong usage", async () => {
    const s = await scratch();
    await s.write("in.json", documentOf(MINIMAL, { ...MINIMAL, id: "000000000001" }));
    expect((await s.session("import")).code).toBe(2);
    expect((await s.session("import", "-i", "in.json", "--dir", ".")).code).toBe(2);
    expect((await s.session("import", "-i", "in.json", "--with-branch")).code).toBe(2);
    const two = await s.session("import", "-i", "in.json", "--title", "x");
    expect(two).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("need exactly one session, not 2"),
    });
    expectNothing(s);
  });
});
