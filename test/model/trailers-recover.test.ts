import { describe, expect, test } from "vitest";
import type { CheckpointRecord } from "../../src/session/session.ts";
import { mergeRecords } from "../../src/trailers/merge-records.ts";
import { readMessage } from "../../src/trailers/read.ts";
import { writeMessage } from "../../src/trailers/write.ts";

const EMPTY: CheckpointRecord = { objectives: [], blockers: [], decisions: [], verified: [], impact: [] };

function record(id: string, mark: "active" | "done", objective: string, decision: [string, string]) {
  return {
    ...EMPTY,
    id,
    objectives: [{ id: "obj-1", mark, text: objective }],
    decisions: [{ id: decision[0], text: decision[1], alternatives: [] }],
  } satisfies CheckpointRecord;
}

const FIRST = record("aaaaaaaaaaaa", "active", "Login", ["dec-1", "Tokens"]);
const SECOND = record("aaaaaaaaaaaa", "done", "Login", ["dec-2", "Cookies"]);
const OTHER = record("bbbbbbbbbbbb", "done", "Docs", ["dec-1", "Markdown"]);

const indented = (text: string, by: string) => text.replace(/^(?=.)/gm, by);

/** Subjects that look like trailers, and no bodies: the hardest shape to tell apart. */
const one = writeMessage("feat: one", FIRST);
const two = writeMessage("fix: two", SECOND);
const three = writeMessage("docs: three", OTHER);

const SHAPES: Record<string, string> = {
  rebase: [one, two, three].join("\n"),
  git: `Squashed commit of the following:\n\n${[three, two, one]
    .map((each) => `commit ${"c".repeat(40)}\nAuthor: A <a@example.com>\n\n${indented(each, "    ")}`)
    .join("\n")}`,
  GitHub: `All (#7)\n\n${[one, two, three].map((each) => `* ${each}`).join("\n")}\n---------\n\nCo-authored-by: B <b@example.com>\n`,
  GitLab: `All\n\n${[one, two, three].map((each) => `* ${indented(each, "  ").trimStart()}`).join("\n")}`,
};

describe.each(Object.entries(SHAPES))("a squash of two sessions (%s)", (_name, message) => {
  test("keeps each decision with its own session", () => {
    const { session } = readMessage(message);
    expect(session?.id).toBe("bbbbbbbbbbbb");
    expect(session?.decisions).toEqual([
      { id: "dec-1", text: "Tokens", alternatives: [], session: "aaaaaaaaaaaa" },
      { id: "dec-2", text: "Cookies", alternatives: [], session: "aaaaaaaaaaaa" },
      { id: "dec-1", text: "Markdown", alternatives: [] },
    ]);
  });

  test("gives every objective once, in its last state, under its own session", () => {
    const { session } = readMessage(message);
    expect(session?.objectives).toEqual([{ id: "obj-1", mark: "done", text: "Docs" }]);
    expect(session?.others).toEqual({
      objectives: [{ id: "obj-1", mark: "done", text: "Login", session: "aaaaaaaaaaaa" }],
      blockers: [],
    });
  });

  test("gives the same after a final block was written", () => {
    const final = writeMessage(message, mergeRecords([FIRST, SECOND, OTHER]));
    expect(readMessage(final).session).toEqual(readMessage(message).session);
  });
});

/** Impact of a commit that adds a file with two lines and a test, as the trailer writes it. */
const added = (file: string, coverage: string) => [
  { key: "Added", value: file },
  { key: "Changed", value: "1 file, +2 -1" },
  { key: "Tests", value: "+1" },
  { key: "Coverage", value: coverage },
];

describe("the impact of a squash", () => {
  const commits = ["a", "b"].map((file, n) =>
    writeMessage(`* feat: ${file}`, { ...FIRST, impact: added(file, `${n}% → ${n + 1}%`) }),
  );
  const forge = `All (#7)\n\n${commits.join("\n")}`;
  const sums = [
    { key: "Added", value: "a" },
    { key: "Added", value: "b" },
    { key: "Changed", value: "+4 -2" },
    { key: "Tests", value: "+2" },
    { key: "Coverage", value: "0% → 2%" },
  ];

  test("of a forge is the sum of its commits, whose distinct files nobody knows", () => {
    expect(readMessage(forge).session?.impact).toEqual(sums);
  });

  test("that quotes its commits is the impact of its own block", () => {
    const newestFirst = indented(commits.toReversed().join("\n"), "    ");
    const quoted = `Squashed commit of the following:\n\ncommit ${"c".repeat(40)}\n\n${newestFirst}`;
    const own = [{ key: "Changed", value: "1 file, +3 -0" }];
    expect(readMessage(quoted).session?.impact).toEqual(sums);
    expect(readMessage(writeMessage(quoted, { ...FIRST, impact: own })).session?.impact).toEqual(own);
    expect(readMessage(writeMessage(quoted, FIRST)).session?.impact).toEqual(sums);
  });

  test("counts a block once that another tool repeated", () => {
    const block = "Impact:\n - Changed: 1 file, +2 -1\nSession-Id: abc\n";
    expect(readMessage(`x\n\n${block.repeat(3)}`).session?.impact).toEqual([
      { key: "Changed", value: "1 file, +2 -1" },
    ]);
  });
});

test("a final block that git reads wins over earlier ones in the text", () => {
  const final = writeMessage(SHAPES.git ?? "", { ...SECOND, label: "final" });
  expect(readMessage(final).session).toMatchObject({ id: "aaaaaaaaaaaa", label: "final" });
});

test("two trailer blocks of older tools keep all their items, numbered in order", () => {
  const block = (item: string, decision: string) =>
    `Session-Objectives:\n- [x] ${item}\n\nDecisions:\n- ${decision}\n\nSession-Time: 1h\n`;
  const { session } = readMessage(
    `one\n\n${block("a", "Tokens")}\nsecond subject\n\n${block("b", "Cookies")}\nthird\n\n${block("a", "Tokens")}`,
  );
  expect(session?.objectives.map((each) => [each.id, each.text])).toEqual([
    ["obj-1", "a"],
    ["obj-2", "b"],
  ]);
  expect(session?.decisions.map((each) => [each.id, each.text])).toEqual([
    ["dec-1", "Tokens"],
    ["dec-2", "Cookies"],
  ]);
});

test("a trailer that another tool repeated counts once", () => {
  const list = "Decisions:\n - dec-1: Tokens\n";
  expect(readMessage(`x\n\n${list}${list}Session-Id: abc\n`).session?.decisions).toHaveLength(1);
  expect(readMessage(`x\n\n${`${list}Session-Id: abc\n`.repeat(3)}`).session?.decisions).toHaveLength(1);
});

test("two trailer blocks in one paragraph stay with their sessions", () => {
  const { session } = readMessage(
    "x\n\nDecisions:\n - dec-1: Tokens\nSession-Id: aaa\nSession-Time: 1h\nDecisions:\n - dec-1: Cookies\nSession-Id: bbb\n",
  );
  expect(session?.decisions.map((each) => [each.session, each.text])).toEqual([
    ["aaa", "Tokens"],
    [undefined, "Cookies"],
  ]);
});

test("two objectives with the same text stay two objectives", () => {
  const objectives = ["done", "open"].map((mark, n) => ({
    id: `obj-${n + 1}`,
    mark: mark as "done",
    text: "Tests",
  }));
  const written = writeMessage("x", { ...EMPTY, id: "abc", objectives });
  expect(readMessage(written).session?.objectives).toEqual(objectives);
});

test("a blank line inserted into a block loses nothing", () => {
  const { session, recovered } = readMessage(
    "x\n\nSession-Objectives:\n - [x] obj-1: a\n\nDecisions:\n - dec-1: Tokens\nSession-Id: abc\n",
  );
  expect(recovered).toBe(true);
  expect(session).toMatchObject({ id: "abc", objectives: [{ text: "a" }], decisions: [{ text: "Tokens" }] });
});

test("unfolded bullets beside a sign-off are recovered, though git reads the keys", () => {
  const { session, recovered } = readMessage(
    "x\n\nSession-Objectives:\n- [x] a\n- [ ] b\nSession-Id: abc\nSigned-off-by: A <a@example.com>\n",
  );
  expect(recovered).toBe(true);
  expect(session?.objectives.map((each) => each.text)).toEqual(["a", "b"]);
});

test.each([
  [
    "a line of prose that begins like a trailer",
    "fix: x\n\nThe reader failed on\nSession-Id: lines in prose\n",
  ],
  ["a list above a foreign trailer", "fix: x\n\nDecisions:\n- we meet\n\nChange-Id: I1\n"],
  ["a time that is none", "fix: x\n\nSession-Time: later\n"],
  ["an id with spaces", "fix: x\n\nSession-Id: of the caller\n"],
  ["a list without items", "fix: x\n\nSession-Objectives:\n"],
  [
    "an indented example below bullets",
    "docs: x\n\n- explain\n\nLike this:\n\n    Session-Id: abc\n\nEnd.\n",
  ],
  ["a folded line of a foreign trailer", "Title\n\n* x\n\n  Note: y\n    Session-Id: abc\n\nEnd.\n"],
])("%s is not a session id", (_name, message) => {
  expect(readMessage(message)).toMatchObject({ session: null, recovered: false });
});

test("prose about decisions above a block is not read as a part of it", () => {
  const message = writeMessage("x\n\nDecisions:\n- we meet on Monday\n", FIRST);
  expect(readMessage(message)).toMatchObject({ session: { decisions: FIRST.decisions }, recovered: false });
});

test("hundreds of thousands of trailers and blocks can be read", () => {
  const times = readMessage(`x\n\n${"Session-Id: a\nSession-Time: 1m\n".repeat(150_000)}`);
  expect(times.session).toMatchObject({ id: "a", minutes: 1 });
  const squash = readMessage(
    `Squashed commit of the following:\n\n${"    Session-Id: a\n\n    y\n\n".repeat(50_000)}`,
  );
  expect(squash.session?.id).toBe("a");
});
