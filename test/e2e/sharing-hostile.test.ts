/** Trees at a remote that nobody's git would make: they cost no more than others, write nothing, and keep nothing from being taken in. */
import { expect, test } from "vitest";
import { ENTRIES } from "../support/sampling.ts";
import { type Scratch, scratch } from "../support/scratch.ts";
import { twoClones } from "../support/two-clones.ts";

type Entry = readonly [mode: string, name: string, oid: string];

async function object(s: Scratch, type: string, input: string | Buffer): Promise<string> {
  const args = ["hash-object", "-w", "-t", type, "--literally", "--stdin"];
  return (await s.run("git", args, { input: input as string })).stdout.trim();
}

/** In the order given: git's own order plays no part in what a stranger sends. */
function tree(s: Scratch, entries: readonly Entry[]): Promise<string> {
  const parts = entries.map(([mode, name, oid]) =>
    Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, "hex")]),
  );
  return object(s, "tree", Buffer.concat(parts));
}

/** Makes a snapshot on top of a session's snapshot, with additional entries. */
async function forged(s: Scratch, id: string, more: readonly Entry[], without: readonly string[] = []) {
  const tip = await s.git("rev-parse", `refs/sessions/${id}`);
  const own = (await s.git("ls-tree", tip)).split("\n").flatMap((line): Entry[] => {
    const [mode = "", , oid = "", name = ""] = line.split(/\s/);
    return without.includes(name) ? [] : [[mode, name, oid]];
  });
  const by = "Mallory <m@example.com> 2000000000 +0000";
  const head = `tree ${await tree(s, [...own, ...more])}\nparent ${tip}\nauthor ${by}\ncommitter ${by}`;
  const message = await s.git("log", "-1", "--format=%B", tip);
  await s.git("update-ref", `refs/sessions/${id}`, await object(s, "commit", `${head}\n\n${message}\n`));
}

/** Both clones have the session; the remote's snapshot is on top of b's. */
async function taken() {
  const all = await twoClones();
  await all.a.ok("push");
  await all.b.ok("pull");
  await all.b.ok("resume", all.id);
  await all.b.ok("push");
  await all.b.ok("note", "Only in b");
  return all;
}

/** Ten trees, each ten times the next one: 10,000,000,000 paths in a few hundred bytes. */
async function bomb(s: Scratch): Promise<string> {
  let inner = await tree(s, []);
  for (let level = 0; level < 10; level++)
    inner = await tree(
      s,
      Array.from({ length: 10 }, (_, at): Entry => ["40000", `f${at}`, inner]),
    );
  return inner;
}

async function goesOn({ b, id }: { b: Scratch; id: string }): Promise<void> {
  expect((await b.json("show", id)).notes.map((each: { text: string }) => each.text)).toContain("Only in b");
  await b.ok("objectives", "add", "Goes on");
  expect(await b.ok("search", "Goes")).toContain("Goes on");
}

test("pull does not read trees nested ten times over, ten levels deep", async () => {
  const all = await taken();
  const { remote, b, id } = all;
  const inner = await bomb(remote);
  await forged(remote, id, [
    ["40000", "transcripts", inner],
    ["40000", "workspace", inner],
  ]);
  expect((await b.json("pull")).sessions).toMatchObject([{ id, outcome: "merged" }]);
  await goesOn(all);
  await b.ok("push", "--workspace");
});

test("pull does not read a folder named like a record file", async () => {
  const all = await taken();
  const { remote, b, id } = all;
  const inner = await bomb(remote);
  await forged(remote, id, [["40000", "objectives.md", inner]], ["objectives.md"]);
  await b.session("pull");
  await goesOn(all);
  const bare = all.a.at("../fresh");
  await all.a.git("clone", "--quiet", "../remote.git", bare.root);
  await bare.ok("pull");
  await bare.ok("search", "One");
  await bare.ok("show", id);
});

test("far too many tree entries take no longer to pull than the session's own entries", async () => {
  const all = await taken();
  const { remote, b, id } = all;
  const blob = await object(remote, "blob", "x\n");
  const parts: Buffer[] = [];
  for (let at = 0; at < ENTRIES; at++)
    parts.push(Buffer.from(`100644 zz${String(at).padStart(7, "0")}\0`), Buffer.from(blob, "hex"));
  const many = Buffer.concat(parts);
  const tip = await remote.git("rev-parse", `refs/sessions/${id}`);
  const own = await remote.run("sh", ["-c", `git cat-file tree ${tip} | base64 -w0`]);
  const top = await object(remote, "tree", Buffer.concat([Buffer.from(own.stdout, "base64"), many]));
  const below = await tree(remote, [["40000", "deep", await object(remote, "tree", many)]]);
  const by = "Mallory <m@example.com> 2000000000 +0000";
  const both = await object(
    remote,
    "tree",
    Buffer.concat([
      Buffer.from(own.stdout, "base64"),
      Buffer.from("40000 workspace\0"),
      Buffer.from(below, "hex"),
    ]),
  );
  let parent = tip;
  for (const each of [top, both])
    parent = await object(
      remote,
      "commit",
      `tree ${each}\nparent ${parent}\nauthor ${by}\ncommitter ${by}\n\nMany\n`,
    );
  await remote.git("update-ref", `refs/sessions/${id}`, parent);
  const pulled = await b.json("pull");
  expect(pulled.sessions).toMatchObject([{ id, outcome: "merged" }]);
  await goesOn(all);
});

test("gitlinks, links, `..`, `.git` and names that differ in case write nothing outside of the folder", async () => {
  const all = await taken();
  const { remote, b, id } = all;
  const evil = await object(remote, "blob", "evil\n");
  const plan = await object(remote, "blob", "the plan\n");
  const tip = await remote.git("rev-parse", "main");
  const git = await tree(remote, [
    ["100644", "config", evil],
    ["40000", "hooks", await tree(remote, [["100755", "post-commit", evil]])],
  ]);
  const workspace = await tree(remote, [
    ["100644", "../../pwned", evil],
    ["100644", "PLAN.md", evil],
    ["100644", "a\\b", evil],
    ["100644", "con", evil],
    ["100644", "plan.md", plan],
    ["120000", "link", await object(remote, "blob", "/etc/passwd")],
    ["160000", "module", tip],
    ["40000", ".", git],
    ["40000", "..", git],
    ["40000", ".GIT", git],
    ["40000", ".git", git],
  ]);
  await forged(remote, id, [
    ["160000", "trailers", tip],
    ["40000", "..", git],
    ["40000", ".git", git],
    ["40000", ".undo", git],
    ["40000", "workspace", workspace],
  ]);
  const folder = ".git/sessions/work";
  const outside = async () =>
    (
      await b.run("sh", [
        "-c",
        `find .. -path '../home' -prune -o -type f -print | grep -v '/.git/objects/' | sort`,
      ])
    ).stdout;
  const before = await outside();
  const config = await b.read(".git/config");
  await b.ok("pull");
  const added = (await outside())
    .split("\n")
    .filter(
      (each) => !before.includes(`${each}\n`) && /other/.test(each) && !/\/\.undo\/\d+\.json$/.test(each),
    );
  expect(
    added.every((each) => /\/workspace\/[\w.-]+$|\/\.clone\.json$|refs\/session|logs\/refs/.test(each)),
    `${added}`,
  ).toBe(true);
  expect(await b.read(".git/config")).toBe(config);
  expect(await b.read(`${folder}/workspace/plan.md`)).toBe("the plan\n");
  expect(b.exists(`${folder}/workspace/link`)).toBe(false);
  expect(b.exists(`${folder}/workspace/module`)).toBe(false);
  await goesOn(all);
});

test("a tag of a tag of a file, and damaged or missing objects, stop no other session", async () => {
  const { a, b, remote, id } = await twoClones();
  await a.ok("push");
  await a.git("switch", "--quiet", "main");
  await a.ok("start", "more");
  const more = (await a.json("status")).session.id;
  await a.ok("push");
  const put = (name: string, oid: string) => remote.git("update-ref", `refs/sessions/${name}`, oid);
  const blob = await object(remote, "blob", "only a file\n");
  const tag = (to: string, type: string) =>
    object(remote, "tag", `object ${to}\ntype ${type}\ntag v1\ntagger M <m@example.com> 1 +0000\n\nx\n`);
  await put("aaaaaaaaaaaa", await tag(await tag(blob, "blob"), "tag"));
  const pulled = await b.json("pull");
  const outcomes = new Map<string, { outcome: string; reason?: string }>(
    pulled.sessions.map((each: { id: string }) => [each.id, each]),
  );
  expect([id, more].map((each) => outcomes.get(each)?.outcome)).toEqual(["new", "new"]);
  expect(outcomes.get("aaaaaaaaaaaa")?.reason).toContain("it is not a commit");

  // An object of one session is broken at the remote, after this clone asked for nothing of it yet.
  await a.ok("note", "Newer in a as well");
  await a.ok("push", more);
  await a.git("switch", "--quiet", "work");
  await a.ok("note", "Newer in a");
  await a.ok("push", id);
  const tip = await remote.git("rev-parse", `refs/sessions/${more}`);
  const gone = await remote.git("rev-parse", `${tip}:events.jsonl`);
  const file = `objects/${gone.slice(0, 2)}/${gone.slice(2)}`;
  await remote.run("sh", ["-c", `chmod u+w ${file}; printf 'not zlib' > ${file}`]);
  const again = await b.session("pull");
  expect(again.code).toBe(0);
  expect(again.stdout).toMatch(new RegExp(`^forward\\t.*\\t${id}$`, "m"));
  expect(again.stderr).toContain(`${more}: the remote cannot send it: the remote's copy may be damaged`);
  // Nothing came of that one, and it is there as it was.
  expect((await b.session("pull", more)).code).toBe(1);
  expect(await b.ok("show", more)).toContain(more);
});

test("a session forged with another session's id is never taken for it", async () => {
  const s = await scratch({ session: ["work", "-o", "One"] });
  const { id } = (await s.json("status")).session;
  await s.git("init", "--quiet", "--bare", "../remote.git");
  await s.git("remote", "add", "origin", "../remote.git");
  await s.ok("push");
  const remote = s.at("../remote.git");
  const tip = await remote.git("rev-parse", `refs/sessions/${id}`);
  await remote.git("update-ref", "refs/sessions/bbbbbbbbbbbb", tip);
  const { sessions } = await s.json("pull");
  expect(sessions).toMatchObject([{ id: "bbbbbbbbbbbb", outcome: "skipped" }]);
  expect((await s.json("list", "--all")).map((each: { id: string }) => each.id)).toEqual([id]);
});
