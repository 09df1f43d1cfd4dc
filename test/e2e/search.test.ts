import { expect, test } from "vitest";
import { scratch } from "../support/scratch.ts";
import { daysAgo, fastSnapshots } from "../support/snapshots.ts";

interface Found {
  readonly session: { readonly id: string | null; readonly title: string | null };
  readonly matches: readonly { readonly part: string; readonly id?: string; readonly path?: string }[];
}

/** `Work decisions:dec-1` */
const names = (found: Found[]) =>
  found.flatMap(({ session, matches }) =>
    matches.map((each) => `${session.title} ${each.part}:${each.id ?? each.path ?? ""}`),
  );

/** Makes an active session, an ended one, and one known only from its snapshot. */
async function three() {
  const s = await scratch({ session: ["one", "--title", "Ended", "-o", "Retry the upload", "--tag", "api"] });
  await s.ok("note", "Retry twice at most");
  await s.write("a.txt", "1\n");
  const decision = ["--decision", "Use a queue", "--rationale", "It survives a retry"];
  await s.ok("checkpoint", "-A", "-m", "feat: a", ...decision, "--alternatives", "A cron job: too slow");
  await s.write(".git/sessions/one/workspace/plan/notes.md", "first\nthen retry\nlast\n");
  await s.ok("end");
  await s.git("switch", "--quiet", "main");
  await s.ok("start", "two", "--title", "Here");
  await s.ok("blockers", "add", "Waiting for RETRY limits", "--link", "#7");
  await fastSnapshots(s, [
    {
      ...{ id: "aaaa00000000", title: "Snapshot", created: daysAgo(40), ended: daysAgo(39) },
      files: {
        "objectives.md": "- [x] obj-1: Retry everything\n- [ ] obj-2: Straße prüfen\n",
        "blockers.md": "- [ ] blk-1: No keys\n",
        "handoff.md": "# Handoff\n\nBefore it.\nRetry is done.\nAfter it.\n",
      },
    },
  ]);
  return s;
}

test("search finds words in every part of active, ended and fetched sessions", async () => {
  const s = await three();
  const found = names(await s.json("search", "retry"));
  expect([...new Set(found)].sort()).toEqual([
    ...["Ended decisions:dec-1", "Ended handoffs:handoff.md", "Ended notes:", "Ended objectives:obj-1"],
    ...["Ended workspace:workspace/plan/notes.md", "Here blockers:blk-1"],
    ...["Snapshot handoffs:handoff.md", "Snapshot objectives:obj-1"],
  ]);
  const text = await s.ok("search", "retry");
  expect(text).toMatch(/^Here {2}two · active · \w{12}\n {2}blocker blk-1 {2}Waiting for RETRY limits\n/);
  expect(text).toContain("    first\n  workspace/plan/notes.md:2  then retry\n    last\n");
  expect(text).toContain("    Before it.\n  handoff.md:4  Retry is done.\n    After it.\n");
  expect(text).toContain("  decision dec-1  It survives a retry\n");
});

test("all words of a search must be in the same item; quotes make a phrase", async () => {
  const s = await three();
  const found = async (...words: string[]) =>
    names(await s.json("search", ...words, "--in", "decisions,objectives"));
  expect(await found("queue", "survives")).toEqual(["Ended decisions:dec-1"]);
  expect(await found("cron slow")).toEqual([]);
  expect(await found("cron", "slow")).toEqual(["Ended decisions:dec-1"]);
  expect(await found("survives a RETRY")).toEqual(["Ended decisions:dec-1"]);
  expect(await found("queue", "upload")).toEqual([]);
  expect(await found("STRASSE")).toEqual([]);
  expect(await found("straße PRÜFEN")).toEqual(["Snapshot objectives:obj-2"]);
  expect(await found("ü")).toEqual(["Snapshot objectives:obj-2"]);
});

test("search looks only in the requested parts", async () => {
  const s = await three();
  const found = async (...args: string[]) => [
    ...new Set((await s.json<Found[]>("search", "retry", ...args)).map((each) => each.session.title)),
  ];
  expect(await found("--in", "blockers")).toEqual(["Here"]);
  expect(await found("--in", "objective,note")).toEqual(["Ended", "Snapshot"]);
  expect(await found("--in", "workspace")).toEqual(["Ended"]);
  expect(await found("--since", "1 week ago")).toEqual(["Here", "Ended"]);
  expect(await found("--tag", "api")).toEqual(["Ended"]);
  expect(await found("-n", "1")).toEqual(["Here"]);
  const part = ["--in", "objective,note", "-n", "1"];
  expect((await s.session("search", "retry", "Retry", ...part)).stderr).toBe(
    "… 1 more session\nhint: session search retry Retry --in objective,note -n 2\n",
  );
});

test("search finds decisions that only commits carry, and each decision once", async () => {
  const s = await three();
  await s.run("rm", ["-rf", ".git/sessions"]);
  await s.git(
    "update-ref",
    "-d",
    (await s.git("for-each-ref", "--format=%(refname)", "refs/sessions/"))
      .split("\n")
      .find((each) => !each.endsWith("aaaa00000000")) ?? "",
  );
  const found = await s.json<Found[]>("search", "queue");
  expect(found).toMatchObject([{ session: { title: null }, matches: [{ id: "dec-1" }] }]);
  expect(await s.ok("search", "queue")).toMatch(
    /^in commits only {2}\w{12}\n {2}decision dec-1 {2}Use a queue\n$/,
  );
});

test("search writes its result to a new file and replaces none", async () => {
  const s = await three();
  await s.ok("search", "retry", "--export", "found.md");
  const text = await s.read("found.md");
  expect(text).toMatch(/^# Search: `retry`\n\n## Here\n/);
  expect(text).toContain("- `blk-1` Waiting for RETRY limits #7");
  const ran = await s.session("search", "retry", "--export", "found.md");
  expect([ran.code, ran.stderr]).toEqual([
    1,
    "error: found.md already exists\nhint: session search retry --export found.md --force\n",
  ]);
  await s.ok("search", "retry", "--export", "found.json");
  expect(JSON.parse(await s.read("found.json"))).toEqual(await s.json("search", "retry"));
});

test("search without a match has an empty answer, and wrong usage is an error", async () => {
  const s = await three();
  expect(await s.json("search", "nowhere")).toEqual([]);
  expect(await s.ok("search", "--regexp", "x").catch((error) => String(error))).toContain("unknown option");
  expect((await s.session("search", "--json", "--", "--all")).stdout).toBe("[]\n");
  expect(await s.json("search", ".*")).toEqual([]);
  for (const wrong of [
    ["  "],
    [],
    ["retry", "--in", "titles"],
    ["retry", "-n", "0"],
    ["retry", "--since", "x"],
  ])
    expect((await s.session("search", ...wrong)).code, wrong.join(" ")).toBe(2);
  expect((await s.session("search", "retry", "--in", "handof")).stderr).toContain("did you mean handoffs?");
});

test("a damaged snapshot hides no other match", async () => {
  const s = await three();
  const blob = await s.git("hash-object", "-w", "README.md");
  await s.git("update-ref", "refs/sessions/bbbb00000000", blob);
  expect(names(await s.json("search", "everything"))).toEqual(["Snapshot objectives:obj-1"]);
});

test("search --agent searches only that agent's sessions", async () => {
  const s = await scratch({ session: ["one", "-o", "Find the leak", "--meta", "agent=helper"] });
  await s.ok("start", "two", "-o", "Find the leak");
  expect(await s.json("search", "leak")).toHaveLength(2);
  const found = await s.json("search", "leak", "--agent", "helper");
  expect(found.map((each: { session: { branch: string } }) => each.session.branch)).toEqual(["one"]);
  await s.ok("end");
  expect(await s.json("search", "leak", "--agent", "nobody")).toEqual([]);
});
