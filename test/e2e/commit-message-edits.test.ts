import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { expectRun } from "../support/expect-run.ts";
import { fixture, initRepository, type Scratch } from "../support/scratch.ts";

/** A session with three checkpoints on `work`, a decision in each. */
function worked(): Promise<Scratch> {
  return fixture("messages-read", async (s) => {
    await initRepository(s, { session: ["work", "-o", "One"] });
    for (const n of [1, 2, 3]) {
      await s.write(`file-${n}.txt`, `${n}\n`);
      await s.ok("checkpoint", "-A", "-m", `feat: ${n}`, "--decision", `Decision ${n}`);
    }
  });
}

interface Found {
  readonly text: string;
  readonly state: string;
  readonly commit: string | null;
}

/** Returns every decision with its state; expects each exactly once. */
async function decisions(s: Scratch): Promise<Record<string, string>> {
  const found: Found[] = await s.json("decisions", "list", "--all");
  const texts = found.map((each) => each.text);
  expect(new Set(texts).size, texts.join()).toBe(texts.length);
  for (const each of found) if (each.commit) await s.git("cat-file", "-e", each.commit);
  return Object.fromEntries(found.map((each) => [each.text, each.state]));
}

const ALL = { "Decision 1": "committed", "Decision 2": "committed", "Decision 3": "committed" };
const LOOKING = [["status"], ["brief"], ["handoff"], ["list"], ["decisions", "list", "--all"], ["trailers"]];

test("an amend by hand keeps a decision unless it drops the trailers; then the next checkpoint carries the decision", async () => {
  const s = await worked();
  await s.git("commit", "--quiet", "--amend", "--no-edit");
  expect(await decisions(s)).toEqual(ALL);
  await s.git("commit", "--quiet", "--amend", "-m", "mine");
  expect(await decisions(s)).toEqual({ ...ALL, "Decision 3": "pending" });
  await expectRun(s, ["status"], { says: /dec-3/ });
  await s.write("file-1.txt", "again\n");
  await expectRun(s, ["checkpoint", "-m", "feat: again"], { changes: ["head", "refs", "index"] });
  expect(await decisions(s)).toEqual(ALL);
});

test("an amend by hand of an ended session gets no trailers", async () => {
  const s = await worked();
  const { session } = await s.json("end");
  await s.git("commit", "--quiet", "--amend", "--no-edit");
  expect(await s.git("log", "-1", "--format=%(trailers:key=Session-Id,valueonly)")).toContain(session.id);
  await expectRun(s, ["start", "work", "--new"], { says: /started on work/ });
  await s.git("commit", "--quiet", "--amend", "--no-edit");
  expect((await s.git("log", "-1", "--format=%B")).match(/^Session-Id:/gm)).toHaveLength(1);
});

test.each([
  ["git merge --squash work", "main"],
  ["git cherry-pick work~2 work~1 work", "main"],
  ["git cherry-pick -x work~2 work~1 work", "main"],
  ["git rebase --quiet --force-rebase main", "work"],
  ["git rebase --quiet --apply --force-rebase main", "work"],
  ["git format-patch -q -3 -o ../mail work; git am -q ../mail/*", "main"],
  ["git merge --quiet --no-ff --no-edit work", "main"],
])("every decision exists once after `%s`", async (command, branch) => {
  const s = await worked();
  await s.git("switch", "--quiet", branch);
  await s.run("sh", ["-c", `${command}; git commit --quiet --no-edit`], { env: { GIT_EDITOR: "true" } });
  expect(await s.git("status", "--porcelain")).toBe("");
  expect(await decisions(s)).toEqual(ALL);
  if (branch === "main") {
    await s.git("branch", "--quiet", "-D", "work");
    expect(await decisions(s)).toEqual(ALL);
  }
});

test("a fixup drops the decision of the commit that it folds, and the decision is pending again", async () => {
  const s = await worked();
  await s.run("git", ["rebase", "-i", "main"], { env: { GIT_SEQUENCE_EDITOR: "sed -i '2s/^pick/fixup/'" } });
  expect(await decisions(s)).toEqual({ ...ALL, "Decision 2": "pending" });
  await expectRun(s, ["brief"], { says: /Decision 2/ });
  await s.write("file-1.txt", "again\n");
  await s.ok("checkpoint", "-m", "feat: again");
  expect(await decisions(s)).toEqual(ALL);
});

test("a commit cherry-picked to another session's branch still belongs to its own session", async () => {
  const s = await worked();
  const { id } = (await s.json("status")).session;
  await s.git("switch", "--quiet", "main");
  await s.ok("start", "other", "-o", "Other");
  await s.git("cherry-pick", "work~1");
  await s.write("README.md", "other\n");
  await s.ok("checkpoint", "-m", "docs: other", "--decision", "Of the other");
  expect((await s.json("decisions", "list")).map((each: Found) => each.text)).toEqual(["Of the other"]);
  expect(await s.git("log", "-1", "--format=%(trailers:key=Session-Id,valueonly)", "HEAD~1")).toContain(id);
  expect((await s.json("status")).checkpoints).toBe(1);
  expect(await decisions(s)).toEqual({ ...ALL, "Of the other": "committed" });
});

test("a decision of a reverted checkpoint is still listed", async () => {
  const s = await worked();
  await s.git("revert", "--no-edit", "HEAD");
  for (const args of LOOKING) await expectRun(s, args);
  expect(await decisions(s)).toEqual(ALL);
});

test("a server squash that keeps only the title loses nothing on the branch", async () => {
  const s = await worked();
  await s.git("switch", "--quiet", "main");
  await s.git("merge", "--quiet", "--squash", "work");
  await s.git("commit", "--quiet", "-m", "feat: all (#1)");
  for (const args of LOOKING) await expectRun(s, args);
  expect(await decisions(s)).toEqual(ALL);
});

/** A commit object of any bytes, on the branch that is checked out. */
async function raw(s: Scratch, header: string, message: string): Promise<void> {
  const head = `tree ${await s.git("rev-parse", "HEAD^{tree}")}\nparent ${await s.git("rev-parse", "HEAD")}\n${header}\n\n`;
  writeFileSync(`${s.root}/../raw`, Buffer.from(head + message, "latin1"));
  await s.git(
    "update-ref",
    "HEAD",
    await s.git("hash-object", "-t", "commit", "-w", "--literally", "../raw"),
  );
}

const DATE = "1700000000 +0000";
const who = (name: string, date = DATE) =>
  `author ${name} <a@example.com> ${date}\ncommitter ${name} <a@example.com> ${date}`;

const HEADERS = {
  "a date that is no date": who("A", "notadate"),
  "a date beyond all years": who("A", "99999999999999999999 +0000"),
  "the year 2099 and half an hour": who("A", "4070908800 +0530"),
  "a time before 1970": who("A", "-1000 -0730"),
  "a time zone that is none": who("A", "1700000000 +9999"),
  "no author": `author  <> ${DATE}\ncommitter  <> ${DATE}`,
  "a header of its own": `${who("A")}\nmergetag something\nx-unknown: 1`,
};

test("commits with odd headers and dates are read and shown", async () => {
  const s = await worked();
  const { id } = (await s.json("status")).session;
  const expected: Record<string, string> = { ...ALL };
  for (const [at, [what, header]] of Object.entries(HEADERS).entries()) {
    await raw(s, header, `odd: ${what}\n\nSession-Id: ${id}\nDecisions:\n - dec-${at + 4}: ${what}\n`);
    expected[what] = "committed";
    const { stdout } = await expectRun(s, ["brief"], { says: new RegExp(what) });
    expect(stdout).not.toMatch(/NaN|Invalid|undefined/);
  }
  for (const args of LOOKING) expect((await expectRun(s, args)).stdout).not.toMatch(/NaN|Invalid|undefined/);
  expect(await decisions(s)).toEqual(expected);
  await s.git("clone", "--quiet", ".", "../clone");
  await s.at("../clone").ok("resume", "work");
  await expectRun(s, ["end"], { changes: ["snapshots"] });
});

test("a message in another encoding is decoded, with or without a header", async () => {
  const s = await worked();
  const { id } = (await s.json("status")).session;
  const text = (words: string) => `${words}\n\nSession-Id: ${id}\nDecisions:\n - dec-8: ${words}\n`;
  await raw(s, `${who("J\xfcrgen")}\nencoding ISO-8859-1`, text("gr\xfc\xdfe"));
  expect(await decisions(s)).toEqual({ ...ALL, grüße: "committed" });
  expect((await s.json("status")).lastCheckpoint).toMatchObject({ subject: "grüße", author: "Jürgen" });
  await raw(s, who("A"), text("no \xff header").replace("dec-8", "dec-7"));
  for (const args of LOOKING) await expectRun(s, args);
  await raw(s, `${who("A")}\nencoding no-such-encoding`, "odd\n");
  for (const args of LOOKING) await expectRun(s, args);
});

test("git notes, replaced commits and grafts do not change the record", async () => {
  const s = await worked();
  const { id } = (await s.json("status")).session;
  await s.git("notes", "add", "-m", `x\n\nSession-Id: ${id}\nDecisions:\n - dec-9: In a note`);
  await s.git("config", "notes.displayRef", "refs/notes/*");
  expect(await decisions(s)).toEqual(ALL);
  const better = await s.git(
    "commit-tree",
    "HEAD^{tree}",
    "-p",
    "HEAD~1",
    "-m",
    `replaced\n\nSession-Id: ${id}\nDecisions:\n - dec-3: Better`,
  );
  await s.git("replace", "HEAD", better);
  // Everything goes by what git shows: the replacement.
  expect((await s.json("status")).lastCheckpoint.subject).toBe("replaced");
  await s.git("replace", "-d", "HEAD");
  await s.git("replace", "--graft", "HEAD");
  for (const args of LOOKING) await expectRun(s, args);
  await s.git("replace", "-d", "HEAD");
  expect(await decisions(s)).toEqual(ALL);
});
