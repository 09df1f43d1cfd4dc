import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";
import { daysAgo, fastSnapshots, type Snapshot } from "../support/snapshots.ts";

const ids = (rows: { id: string }[]) => rows.map((each) => each.id[0]).join("");

/** Sessions a to f, a the newest. */
async function six(): Promise<Scratch> {
  const s = await scratch();
  const made: Snapshot[] = [
    { id: "aaaa00000000", title: "Login", created: daysAgo(2), ended: daysAgo(1), tags: ["api", "auth"] },
    { id: "bbbb00000000", title: "cache", created: daysAgo(4), ended: daysAgo(3), minutes: 90 },
    { id: "cccc00000000", title: "Retry", created: daysAgo(6), ended: daysAgo(5), parent: "bbbb00000000" },
    { id: "dddd00000000", title: "Index", created: daysAgo(8), ended: daysAgo(7), checkpoints: 7 },
    { id: "eeee00000000", title: "Parser", created: daysAgo(20), ended: daysAgo(10), tags: ["api"] },
    { id: "ffff00000000", title: "Old", created: daysAgo(90), ended: daysAgo(80), progress: "4/5" },
  ];
  const meta = { bbbb00000000: { project: "web", agent: "helper" }, dddd00000000: { ticket: "P-1" } };
  await fastSnapshots(
    s,
    made.map((each) => ({ ...each, meta: meta[each.id as keyof typeof meta] ?? {} })),
  );
  return s;
}

test("list shows the newest first, archived ones with --all, and the number of omitted ones", async () => {
  const s = await six();
  expect(ids(await s.json("list"))).toBe("abcde");
  expect(ids(await s.json("list", "--all"))).toBe("abcdef");
  expect(ids(await s.json("list", "-n", "2"))).toBe("ab");
  const { stdout, stderr } = await s.session("list", "--limit", "2");
  expect(stdout.split("\n")[0]?.split("\t")).toEqual([
    "Login",
    "work/aaaa00000000",
    "ended",
    "",
    "1 day ago",
    "api, auth",
    "aaaa00000000",
  ]);
  expect(stderr).toBe("… 3 more\nhint: session list -n 5\n");
  const json = await s.session("list", "--format", "json", "-n", "1");
  expect(JSON.parse(json.stdout)).toHaveLength(1);
  expect(json.stderr).toBe("… 4 more\nhint: session list --format json -n 5\n");
});

test("list combines filters by words, dates, tags, metadata and state", async () => {
  const s = await six();
  const found = async (...args: string[]) => ids(await s.json("list", "--all", ...args));
  expect(await found("--search", "LOG")).toBe("a");
  expect(await found("--search", "api parser")).toBe("e");
  expect(await found("--since", "4 days ago")).toBe("ab");
  expect(await found("--until", "6d")).toBe("def");
  expect(await found("--since", "8d", "--until", "2d")).toBe("bcd");
  expect(await found("--since", daysAgo(10).slice(0, 10), "--until", daysAgo(10).slice(0, 10))).toBe("e");
  expect(await found("--tag", "api")).toBe("ae");
  expect(await found("--tag", "api", "--tag", "auth")).toBe("a");
  expect(await found("--meta", "ticket=P-1")).toBe("d");
  expect(await found("--meta", "ticket")).toBe("d");
  expect(await found("--meta", "ticket=P-2")).toBe("");
  expect(await found("--project", "web", "--agent", "helper")).toBe("b");
  expect(await found("--project", "toString")).toBe("");
  expect(await found("--status", "archived")).toBe("f");
  expect(await found("--status", "ended", "archived", "--tag", "api")).toBe("ae");
  expect(ids(await s.json("list", "--status", "archived"))).toBe("f");
  expect(await found("--background")).toBe("");
  const one = ["--tags", "api", "--status", "ended", "archived", "--since", "3 weeks ago", "-n1"];
  const { stderr } = await s.session("-C", ".", "list", ...one);
  const hint = "session list -C . --since '3 weeks ago' --tag api --status ended --status archived -n 2";
  expect(stderr).toBe(`… 1 more\nhint: ${hint}\n`);
  expect(await found(...hint.replace("3 weeks ago", "3w").replaceAll("'", "").split(" ").slice(4))).toBe(
    "ae",
  );
  expect((await s.session("list", "--search", "nothing like it")).stderr).toContain("No sessions match");
});

test("list sorts, reverses, and puts children below their parents", async () => {
  const s = await six();
  const sorted = async (...args: string[]) => ids(await s.json("list", "--all", ...args));
  expect(await sorted("--reverse")).toBe("fedcba");
  expect(await sorted("--sort", "title")).toBe("bdafec");
  expect(await sorted("--sort", "time", "-n", "1")).toBe("b");
  expect(await sorted("--sort", "checkpoints", "-n", "1")).toBe("d");
  expect(await sorted("--sort", "objectives", "-n", "1")).toBe("f");
  const tree = await s.json("list", "--tree", "--sort", "title");
  expect(tree.map((each: { title: string; depth: number }) => `${each.depth} ${each.title}`)).toEqual([
    ...["0 cache", "1 Retry", "0 Index", "0 Login", "0 Parser"],
  ]);
  expect(await s.ok("list", "--tree")).toMatch(/^Retry\t/m);
});

test("list shows sessions that are each other's parents", async () => {
  const s = await scratch();
  const at = { created: daysAgo(2), ended: daysAgo(1) };
  await fastSnapshots(s, [
    { id: "aaaa00000000", title: "One", parent: "bbbb00000000", ...at },
    { id: "bbbb00000000", title: "Two", parent: "aaaa00000000", ...at },
  ]);
  expect(await s.json("list", "--tree")).toHaveLength(2);
});

test("in the Markdown list a title is one cell without markup", async () => {
  const s = await scratch({ session: ["work", "--title", "a | b *c* <b>", "-o", "One"] });
  const text = await s.ok("list", "--format", "markdown");
  expect(text.split("\n")[2]).toMatch(
    /^\| `\w{12}` \| a \\\| b \\\*c\\\* \\<b> \| work \| active \| 0\/1 \| just now \|$/,
  );
});

test("list refuses bad values and names valid ones", async () => {
  const s = await scratch();
  for (const wrong of ["-1", "0", "ten", "1.5", ""]) {
    const ran = await s.session("list", "--limit", wrong);
    expect([ran.code, ran.stderr]).toEqual([
      2,
      `error: --limit takes a whole number of at least 1, not "${wrong}"\n`,
    ]);
  }
  const date = await s.session("list", "--since", "soon");
  expect(date.code).toBe(2);
  expect(date.stderr).toContain('--since: "soon" is not a date; for example 2024-01-31');
  expect((await s.session("list", "--since", "1d", "--until", "2d")).code).toBe(2);
  expect((await s.session("list", "--meta", "=x")).code).toBe(2);
  expect((await s.session("list", "--status", "lost")).stderr).toContain("active, paused");
  expect((await s.session("list", "--sort", "size")).code).toBe(2);
  expect(await s.json("list")).toEqual([]);
});

test("list shows an ended session from its snapshot, or from its folder once it was changed", async () => {
  const s = await scratch({ session: ["work", "--tag", "api", "--meta", "project=web", "-o", "One"] });
  const { id } = (await s.json("list"))[0];
  await s.ok("end");
  expect(await s.json("list", "--tag", "api", "--project", "web")).toMatchObject([
    { id, where: "kept", state: "ended", objectives: { done: 0, total: 1 } },
  ]);
  const folder = `.git/sessions/.kept/${id}`;
  const context = JSON.parse(await s.read(`${folder}/context.json`));
  await s.write(`${folder}/context.json`, JSON.stringify({ ...context, title: "Renamed" }));
  const log = await s.read(`${folder}/events.jsonl`);
  await s.write(`${folder}/events.jsonl`, `${log}{"at":"${context.ended}","type":"session.renamed"}\n`);
  expect(await s.json("list")).toMatchObject([{ id, title: "Renamed" }]);
  expect((await s.json("show", "Renamed")).session.id).toBe(id);
});

test("list ends quietly if its reader stops", async () => {
  const s = await six();
  const cli = `${process.cwd()}/dist/cli.js`;
  const ran = await s.run("sh", ["-c", `"${process.execPath}" "${cli}" list --all --json | head -1`]);
  expect([ran.code, ran.stdout, ran.stderr]).toEqual([0, "[\n", ""]);
});

test("the cache of many snapshots is never older than their refs", async () => {
  const s = await scratch();
  const many = Array.from({ length: 1200 }, (_, n) => ({
    id: `a${String(n).padStart(11, "0")}`,
    title: `Session number ${n}, ünïcode and all, with a title that fills a line`,
    created: daysAgo(3),
    ended: daysAgo(1 + n / 1000),
  }));
  await fastSnapshots(s, many);
  const kept = ".git/sessions/.snapshots";
  const first = await s.json("list", "--all");
  expect(first).toHaveLength(1200);
  expect((await s.read(kept)).length).toBeGreaterThan(256 * 1024);
  expect(await s.json("list", "--all")).toEqual(first);
  const [newest, next] = many.map((each) => each.id) as [string, string];
  await s.ok("rename", newest, "Another title");
  expect((await s.json("list", "-n", "1"))[0]).toMatchObject({ id: newest, title: "Another title" });
  await s.git("update-ref", "-d", `refs/sessions/${next}`);
  expect(ids(await s.json("list", "--all"))).toHaveLength(1199);
  const whole = await s.json("list", "--all");
  for (const broken of ["", "no such thing\n", (await s.read(kept)).slice(0, 90_000)]) {
    await s.write(kept, broken);
    expect(await s.json("list", "--all")).toEqual(whole);
  }
  expect(await s.json("history", "-n", "2000")).toHaveLength(1199);
});

test("list --all-projects lists every repository with a session, from any folder", async () => {
  const s = await scratch({ session: ["here", "--title", "The first"] });
  await s.git("init", "-q", "../other");
  await s.git("-C", "../other", "commit", "-q", "--allow-empty", "-m", "root");
  await s.ok("-C", "../other", "start", "there", "--title", "The second");
  await s.ok("-C", "../other", "start", "linked", "--worktree", "../beside");
  await s.git("init", "-q", "../gone");
  await s.git("-C", "../gone", "commit", "-q", "--allow-empty", "-m", "root");
  await s.ok("-C", "../gone", "start", "lost");
  await s.run("rm", ["-rf", path.join(s.root, "../gone")]);
  const rows = await s.json("-C", os.tmpdir(), "list", "--all-projects");
  expect(
    rows.map((each: { branch: string; project: string }) => [each.branch, path.basename(each.project)]),
  ).toEqual([
    ["linked", "other"],
    ["there", "other"],
    ["here", path.basename(s.root)],
  ]);
  expect(await s.ok("list", "--all-projects", "--search", "second")).toMatch(/The second/);
  expect(await s.json("list", "--all-projects", "-n", "1")).toHaveLength(1);
  // Of one repository it does not say which.
  expect((await s.json("list"))[0].project).toBeUndefined();
});
