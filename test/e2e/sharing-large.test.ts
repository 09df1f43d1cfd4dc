/** Snapshots of a size that nobody's session has: left out by name, without being read, and the others go on (193). */

import { chmod, mkdir, writeFile } from "node:fs/promises";
import { deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { ALL, ENTRIES } from "../support/sampling.ts";
import type { Scratch } from "../support/scratch.ts";
import { twoClones } from "../support/two-clones.ts";

const BIG = "bbbbbbbbbbbb";
const GIGABYTE = 1024 * 1024 * 1024;
/** Too many in any case; git reads and writes each byte of a file three times on its way. */
const BYTES = ALL ? GIGABYTE : 100 * 1024 * 1024;

type Entry = readonly [mode: string, name: string, oid: string];

async function object(s: Scratch, type: string, input: string | Buffer): Promise<string> {
  const args = ["hash-object", "-w", "-t", type, "--literally", "--stdin"];
  return (await s.run("git", args, { input: input as string })).stdout.trim();
}

const bytesOf = ([mode, name, oid]: Entry) =>
  Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, "hex")]);

const treeOf = (s: Scratch, entries: readonly Entry[], more = Buffer.alloc(0)) =>
  object(s, "tree", Buffer.concat([...entries.map(bytesOf), more]));

/** A session that ended, whose tree has these entries beside its record; on `refs/sessions/<id>`. */
async function session(
  s: Scratch,
  id: string,
  entries: readonly Entry[],
  more?: Buffer<ArrayBuffer>,
): Promise<void> {
  const context = { schema: 1, id, ref: `refs/heads/x/${id}`, title: `Title ${id}`, state: "ended" };
  const text = JSON.stringify({
    ...context,
    base: {},
    created: "2026-03-01T09:00:00.000Z",
    tags: [],
    meta: {},
  });
  const all = [["100644", "context.json", await object(s, "blob", text)] as const, ...entries];
  const sorted = all.sort(([, one], [, other]) => (one < other ? -1 : 1));
  const trailers = `Session-Id: ${id}\nSession-Branch: x/${id}\nSession-State: ended\nSession-Created: ${context.schema}`;
  const by = "Mallory <m@example.com> 1772352000 +0000";
  const head = `tree ${await treeOf(s, sorted, more)}\nauthor ${by}\ncommitter ${by}`;
  const commit = await object(s, "commit", `${head}\n\n${context.title}\n\n${trailers}\n`);
  await s.git("update-ref", `refs/sessions/${id}`, commit);
}

/** From now on each run of the program notes the most memory that it had, in MB. */
async function watchMemory(s: Scratch): Promise<() => Promise<number>> {
  const notes = `${s.home}/memory`;
  const script = `process.on("exit", () => require("fs").appendFileSync(${JSON.stringify(notes)}, process.resourceUsage().maxRSS + "\\n"));`;
  await writeFile(`${s.home}/watch.cjs`, script);
  s.env.NODE_OPTIONS = `--require=${s.home}/watch.cjs`;
  return async () => Math.max(...(await s.read(notes)).trim().split("\n").map(Number)) / 1024;
}

/** Everything that looks at sessions, at all of them and at the one that is odd; gives what `show` and `resume` say of that one. */
async function looksAround(s: Scratch, sound: string, odd: string) {
  expect(await s.ok("list", "--all")).toContain(sound);
  await s.ok("history", "--metrics");
  await s.ok("brief");
  await s.ok("stats", "--all");
  expect(await s.ok("search", "One")).toContain("obj-1  One");
  expect(await s.ok("show", sound)).toContain("One");
  await s.ok("export", "--all", "--workspace", "-o", "../all.json", "--force");
  expect(await s.read("../all.json")).toContain(sound);
  return opened(s, odd);
}

async function opened(s: Scratch, odd: string) {
  await s.git("branch", `x/${odd}`);
  const said = { show: await s.session("show", odd), resume: await s.session("resume", odd) };
  await s.git("switch", "--quiet", "main");
  return said;
}

test(`pull refuses or reads a file of ${BYTES} bytes`, async () => {
  const { a, b, remote, id } = await twoClones();
  await a.ok("push");
  await remote.run("truncate", ["-s", `${BYTES}`, "../zeroes"]);
  const blob = await remote.git("-c", "core.compression=1", "hash-object", "-w", "../zeroes");
  await session(remote, BIG, [["100644", "objectives.md", blob]]);
  const most = await watchMemory(b);
  const pulled = (await b.json("pull")).sessions;
  expect(pulled.find((each: { id: string }) => each.id === id)).toMatchObject({ outcome: "new" });
  expect(pulled.find((each: { id: string }) => each.id === BIG)).toMatchObject({
    outcome: "skipped",
    reason: `objectives.md has ${BYTES} bytes, which is too large`,
  });
  expect(await b.git("for-each-ref", "--format=%(refname)", "refs/sessions/")).toBe(`refs/sessions/${id}`);
  const refused = {
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(
      RegExp(`^error: objectives\\.md of the snapshot \\S+ has ${BYTES} bytes.*\\n$`),
    ),
  };
  expect(await looksAround(b, id, BIG)).toMatchObject({ show: refused, resume: refused });
  expect((await b.session("search", "One")).stderr).toContain(
    `left out: refs/session-remotes/origin/${BIG}:objectives.md has ${BYTES} bytes`,
  );
  expect(await most()).toBeLessThan(250);
});

test("pull refuses a file that claims to be 1 GB", async () => {
  const { a, b, remote, id } = await twoClones();
  await a.ok("push");
  const lies = async (s: Scratch, objects: string) => {
    const oid = "ab".repeat(20);
    await mkdir(`${s.root}/${objects}/ab`, { recursive: true });
    const file = `${s.root}/${objects}/ab/${oid.slice(2)}`;
    await writeFile(file, deflateSync(`blob ${GIGABYTE}\0short`));
    await chmod(file, 0o444);
    return oid;
  };
  await session(remote, BIG, [["100644", "objectives.md", await lies(remote, "objects")]]);
  const most = await watchMemory(b);
  // The remote cannot send it at all.
  const pulled = await b.session("pull");
  expect([pulled.code, pulled.stdout]).toEqual([0, expect.stringContaining(`new\tWork\twork\t${id}\n`)]);
  expect(pulled.stderr).toContain(`${BIG}: the remote cannot send it`);
  await session(b, BIG, [["100644", "objectives.md", await lies(b, ".git/objects")]]);
  const said = await looksAround(b, id, BIG);
  expect([said.show.code, said.resume.code]).toEqual([1, 1]);
  expect(said.show.stderr).toContain("1073741824 bytes");
  expect(await most()).toBeLessThan(250);
});

test("pull refuses new sessions whose trees contain themselves, are 3,000 levels deep, or have too many entries", async () => {
  const { a, b, remote, id } = await twoClones();
  await a.ok("push");
  const blob = await object(remote, "blob", "x\n");
  let bomb = await treeOf(remote, [["100644", "x.md", blob]]);
  for (let level = 0; level < 10; level++)
    bomb = await treeOf(
      remote,
      Array.from({ length: 10 }, (_, at): Entry => ["40000", `f${at}`, bomb]),
    );
  const path = `${"d/".repeat(3000)}x.md`;
  const stream = `commit refs/heads/deep\ncommitter M <m@example.com> 1 +0000\ndata 0\n\nM 100644 ${blob} ${path}\n`;
  const imported = await remote.run("git", ["fast-import", "--quiet"], { input: stream });
  expect(imported.stderr).toBe("");
  const deep = await remote.git("rev-parse", "deep^{tree}");
  await remote.git("update-ref", "-d", "refs/heads/deep");
  const parts: Buffer[] = [];
  for (let at = 0; at < ENTRIES; at++)
    parts.push(bytesOf(["100644", `zz${String(at).padStart(7, "0")}`, blob]));
  const [one, other, many] = ["bbbbbbbbbbbb", "dddddddddddd", "mmmmmmmmmmmm"] as const;
  await session(remote, one, [
    ["40000", "objectives.md", bomb],
    ["40000", "workspace", bomb],
  ]);
  await session(remote, other, [["40000", "workspace", deep]]);
  await session(
    remote,
    many,
    [["40000", "workspace", await treeOf(remote, [], Buffer.concat(parts))]],
    Buffer.concat(parts),
  );
  const most = await watchMemory(b);
  await b.ok("pull");
  const said = [await looksAround(b, id, many), await opened(b, one), await opened(b, other)];
  for (const { show, resume } of said) expect([show.code, resume.code]).toEqual([0, 0]);
  await b.ok("push", "--all", "--workspace");
  expect(await most()).toBeLessThan(400);
});
