/** Pulled snapshots that are damaged, forged or too large: skipped by name, and the others are pulled. */
import { expect, test } from "vitest";
import type { Scratch } from "../support/scratch.ts";
import { localState, twoClones } from "../support/two-clones.ts";

const IDS = ["aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc", "dddddddddddd", "eeeeeeeeeeee", "ffffffffffff"];

/** Writes an object of any kind into a repository, as nobody would. */
async function object(s: Scratch, type: string, input: string | Buffer): Promise<string> {
  const args = ["hash-object", "-w", "-t", type, "--literally", "--stdin"];
  return (await s.run("git", args, { input: input as string })).stdout.trim();
}

/** A commit whose tree has these entries: mode, name and object. */
async function commit(
  s: Scratch,
  entries: readonly [string, string, string][],
  parent?: string,
  message = "Forged",
): Promise<string> {
  const sorted = [...entries].sort(([, one], [, other]) => (one < other ? -1 : 1));
  const raw = Buffer.concat(
    sorted.map(([mode, name, oid]) =>
      Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, "hex")]),
    ),
  );
  const tree = await object(s, "tree", raw);
  const by = "Mallory <m@example.com> 2000000000 +0000";
  const lines = [`tree ${tree}`, ...(parent ? [`parent ${parent}`] : []), `author ${by}`, `committer ${by}`];
  return object(s, "commit", `${lines.join("\n")}\n\n${message}\n`);
}

const context = (id: string, more: object = {}) =>
  JSON.stringify({
    schema: 1,
    id,
    ref: "refs/heads/x",
    title: "X",
    state: "ended",
    created: "2026-01-01",
    ...more,
  });

test("each hostile session is skipped with its reason, and the others are pulled", async () => {
  const { a, b, remote, id } = await twoClones();
  await a.ok("push");
  const blob = (text: string) => object(remote, "blob", text);
  const put = (name: string, oid: string) => remote.git("update-ref", `refs/sessions/${name}`, oid);
  const [one = "", two_ = "", three = "", four = "", five = "", six = ""] = IDS;
  // Another session's record, one of a newer version, no commit, no record at all, a link, and one that is sound.
  await put(one, await commit(remote, [["100644", "context.json", await blob(context(six))]]));
  await put(
    two_,
    await commit(remote, [["100644", "context.json", await blob(context(two_, { schema: 99 }))]]),
  );
  await put(three, await blob("only a blob"));
  await put(four, await commit(remote, [["100644", "README.md", await blob("a project")]]));
  const polluting = context(five).replace("{", '{"__proto__":{"polluted":1},"constructor":{"x":1},');
  const sound = await commit(
    remote,
    [["100644", "context.json", await blob(polluting)]],
    undefined,
    `X\n\nSession-Id: ${five}\nSession-Branch: x`,
  );
  await put(five, sound);
  const before = await b.git("rev-parse", "HEAD");
  const pulled = await b.json("pull");
  const found = new Map<string, { outcome: string; reason?: string }>(
    pulled.sessions.map((each: { id: string }) => [each.id, each]),
  );
  expect(found.get(id)?.outcome).toBe("new");
  expect(found.get(five)?.outcome).toBe("new");
  expect(found.get(one)?.reason).toContain("does not hold this session");
  expect(found.get(two_)?.reason).toContain("newer session (schema 99)");
  expect(found.get(three)?.reason).toContain("it is not a commit");
  expect(found.get(four)?.reason).toContain("does not hold this session");
  expect(await b.git("for-each-ref", "--format=%(refname)", "refs/sessions/")).toBe(
    [five, id]
      .sort()
      .map((each) => `refs/sessions/${each}`)
      .join("\n"),
  );
  expect(await b.git("rev-parse", "HEAD")).toBe(before);
  // A list knows sessions by the messages of their snapshots: what does not even claim to be one is not in it.
  expect((await b.json("list", "--all")).map((each: { id: string }) => each.id).sort()).toEqual(
    [five, id].sort(),
  );
});

test("a forged snapshot on top of ours removes nothing from the folder and writes nothing outside of it", async () => {
  const { a, b, remote, id } = await twoClones();
  await a.ok("objectives", "add", "Two");
  await a.ok("push");
  await b.ok("pull");
  await b.ok("resume", id);
  await b.ok("push");
  await b.ok("note", "Only in b");
  const tip = await remote.git("rev-parse", `refs/sessions/${id}`);
  const blob = (text: string) => object(remote, "blob", text);
  const evil = await blob("evil\n");
  const up = await object(
    remote,
    "tree",
    Buffer.concat([Buffer.from("100644 pwned\0"), Buffer.from(evil, "hex")]),
  );
  const files: [string, string, string][] = [
    ["100644", "context.json", await blob(await remote.git("show", `${tip}:context.json`))],
    ["100644", "objectives.md", await blob("- [ ] obj-1: One\n- [ ] obj-9: \u001b[31mForged\n")],
    ["120000", "blockers.md", await blob("/etc/passwd")],
    ["100755", "handoff.md", evil],
    ["100644", "trailers", evil],
    ["40000", "..", up],
    [
      "40000",
      "workspace",
      await object(remote, "tree", Buffer.concat([Buffer.from("40000 ..\0"), Buffer.from(up, "hex")])),
    ],
  ];
  await remote.git("update-ref", `refs/sessions/${id}`, await commit(remote, files, tip));
  await b.session("pull");
  expect(
    b.exists("../pwned") || b.exists("pwned") || b.exists(".git/pwned") || b.exists(".git/sessions/pwned"),
  ).toBe(false);
  const handoff = await b.json("show", id);
  expect(handoff.notes.map((each: { text: string }) => each.text)).toContain("Only in b");
  expect(await b.read(".git/sessions/work/trailers")).not.toContain("evil");
  expect(await b.ok("status")).not.toContain("\u001b");
  expect(b.exists(".git/sessions/work/blockers.md")).toBe(false);
  await b.ok("objectives", "add", "Goes on");
});

test("a forged session with the id of an existing one does not replace it, whatever its date", async () => {
  const { a, b, remote, id } = await twoClones();
  await a.ok("push");
  await b.ok("pull");
  const title = "Pay \u001b[31mhere\u202e \u009b2J";
  const trailers = `Session-Id: ${id}\nSession-Branch: work\nSession-Created: 2026-01-01T00:00:00.000Z`;
  const other = await object(remote, "blob", context("bbbbbbbbbbbb"));
  const forged = await commit(
    remote,
    [["100644", "context.json", other]],
    undefined,
    `${title}\n\n${trailers}`,
  );
  await remote.git("update-ref", `refs/sessions/${id}`, forged);
  const { sessions } = await b.json("pull");
  expect(sessions).toMatchObject([
    { id, outcome: "skipped", reason: "its commit does not hold this session" },
  ]);
  expect(await b.json("list")).toMatchObject([{ id, title: "Work" }]);
  expect((await b.json("show", id)).objectives).toMatchObject([{ text: "One" }]);
  // A pull that says the same again, and one of another remote, change nothing about that.
  expect((await b.json("pull")).sessions).toMatchObject([{ id, outcome: "skipped" }]);
  expect(await b.json("list")).toMatchObject([{ id, title: "Work" }]);
});

test("text of a forged session cannot move the cursor, in text or JSON, and is marked as foreign", async () => {
  const { a, b, remote, id } = await twoClones();
  await a.ok("push");
  const five = "eeeeeeeeeeee";
  const evil = "\u001b]0;owned\u0007\u001b[2J\u202ekcatta\u009b31m";
  const more = {
    ...{ title: `X${evil}`, author: `Mallory ${evil}`, tags: [`t${evil}`], meta: { agent: `a${evil}` } },
    ...{
      notes: [{ text: `n${evil}`, added: "2099-01-01T00:00:00.000Z" }],
      created: "2099-01-01T00:00:00.000Z",
    },
  };
  const message = `X${evil}\n\nSession-Id: ${five}\nSession-Branch: x\nSession-State: ended\nSession-Ended: 2099-01-01T00:00:00.000Z\nSession-Tags: t${evil}`;
  const blob = await object(remote, "blob", context(five, more));
  await remote.git(
    "update-ref",
    `refs/sessions/${five}`,
    await commit(remote, [["100644", "context.json", blob]], undefined, message),
  );
  const pulled = await b.session("pull");
  expect(pulled.stdout).toMatch(new RegExp(`^new\\t.*\\t${five}$`, "m"));
  await b.git("branch", "x");
  const said = [pulled.stdout + pulled.stderr];
  for (const line of [
    "list --all",
    "history",
    `show ${five}`,
    "search owned",
    "report --project",
    `stats ${five}`,
    `export ${five}`,
    `show ${five} --json`,
    `resume ${five}`,
  ]) {
    const ran = await b.session(...line.split(" "));
    said.push(ran.stdout + ran.stderr);
  }
  for (const text of said) expect(text).not.toMatch(/[\u0007\u001b\u009b\u202e]/);
  expect(said.join("")).toContain("owned");
  expect(said.at(-1)).toContain("Recorded outside of this clone");
  expect(await b.ok("list", "--all")).toContain(id);
});

test("an oversized session is refused by name, and the local one stays unchanged", async () => {
  const { a, b, remote, id } = await twoClones();
  await a.ok("push");
  await b.ok("pull");
  await b.ok("resume", id);
  await b.ok("push");
  const tip = await remote.git("rev-parse", `refs/sessions/${id}`);
  const entries = (await remote.git("ls-tree", tip)).split("\n").map((line): [string, string, string] => {
    const [mode = "", , oid = "", name = ""] = line.split(/\s/);
    return [mode, name, oid];
  });
  const big = await object(remote, "blob", `${"x".repeat(65 * 1024 * 1024)}\n`);
  const kept = entries.filter(([, name]) => name !== "events.jsonl");
  await remote.git(
    "update-ref",
    `refs/sessions/${id}`,
    await commit(remote, [...kept, ["100644", "events.jsonl", big]], tip),
  );
  const before = (await localState(b))
    .split("\n")
    .filter((line) => !line.includes("session-remotes"))
    .join("\n");
  const { sessions } = await b.json("pull");
  expect(sessions).toMatchObject([
    { id, outcome: "skipped", reason: expect.stringContaining("events.jsonl") },
  ]);
  expect(
    (await localState(b))
      .split("\n")
      .filter((line) => !line.includes("session-remotes"))
      .join("\n"),
  ).toBe(before);
});

test("a log of more than 4 MB is pushed and pulled completely", async () => {
  const { a, b, id } = await twoClones();
  const line = `${JSON.stringify({ at: "2026-03-01T10:00:00.000Z", type: "note", text: "x".repeat(1000) })}\n`;
  const log = await a.read(".git/sessions/work/events.jsonl");
  await a.write(".git/sessions/work/events.jsonl", line.repeat(5000) + log);
  await a.ok("push");
  await b.ok("pull");
  await b.ok("resume", id);
  const there = await b.read(".git/sessions/work/events.jsonl");
  expect(there.split("\n").filter((each) => each.includes("xxxx"))).toHaveLength(5000);
  await b.ok("note", "from b");
  await a.ok("note", "from a");
  await b.ok("push");
  expect(await a.ok("pull")).toContain("merged");
  const merged = await a.read(".git/sessions/work/events.jsonl");
  expect(merged.split("\n").filter((each) => each.includes("xxxx"))).toHaveLength(5000);
  expect(merged).toContain("from b");
});
