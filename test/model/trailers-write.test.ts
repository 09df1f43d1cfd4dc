import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CheckpointRecord } from "../../src/session/session.ts";
import { normalizeText, oneLine } from "../../src/text/trailer-text.ts";
import { gitTrailers } from "../../src/trailers/parse/git-trailers.ts";
import { readMessage } from "../../src/trailers/read.ts";
import { renderBlock, writeMessage } from "../../src/trailers/write.ts";
import { trailersByGit } from "../support/git-trailers.ts";

const EMPTY: CheckpointRecord = {
  objectives: [],
  blockers: [],
  decisions: [],
  verified: [],
  impact: [],
  id: "k3f9qzm2x7ab",
};

const FULL: CheckpointRecord = {
  objectives: [
    { id: "obj-1", mark: "done", text: "OAuth provider interface" },
    { id: "obj-2", mark: "active", text: "Google OAuth" },
    { id: "obj-3", mark: "open", text: "GitHub OAuth" },
  ],
  blockers: [{ id: "blk-1", resolved: false, text: "Waiting on API keys", link: "#42" }],
  decisions: [
    {
      id: "dec-1",
      text: "Using PKCE flow for enhanced security",
      rationale: "Protection against code interception",
      alternatives: ["Implicit flow: deprecated by the OAuth working group"],
    },
  ],
  verified: [{ command: "npm test -- auth", result: "passed" }],
  impact: [
    { key: "Added", value: "src/auth/oauth-provider.ts" },
    { key: "Coverage", value: "79% → 84%" },
  ],
  label: "oauth-complete",
  title: "Login with OAuth",
  id: "k3f9qzm2x7ab",
  minutes: 135,
};

test("the trailer block is written in its one form, and read back", () => {
  expect(
    writeMessage("feat(auth): Implement OAuth2 provider\n\nCompleted it.\n", FULL),
  ).toMatchInlineSnapshot(`
    "feat(auth): Implement OAuth2 provider

    Completed it.

    Session-Objectives:
     - [x] obj-1: OAuth provider interface
     - [>] obj-2: Google OAuth
     - [ ] obj-3: GitHub OAuth
    Blockers:
     - [ ] blk-1: Waiting on API keys (#42)
    Decisions:
     - dec-1: Using PKCE flow for enhanced security
       Rationale: Protection against code interception
       Alternatives: Implicit flow: deprecated by the OAuth working group
    Verified:
     - npm test -- auth: passed
    Impact:
     - Added: src/auth/oauth-provider.ts
     - Coverage: 79% → 84%
    Session-Label: oauth-complete
    Session-Title: Login with OAuth
    Session-Id: k3f9qzm2x7ab
    Session-Time: 2h 15m
    "
  `);
  const reading = readMessage(writeMessage("feat: x", FULL));
  expect(reading.session).toEqual(FULL);
  expect(reading.recovered).toBe(false);
});

describe("a message with the trailer block", () => {
  const block = renderBlock(EMPTY);

  test.each([
    ["a subject alone", "fix: x", `fix: x\n\n${block}`],
    ["a subject that looks like a trailer", "Fix: y", `Fix: y\n\n${block}`],
    ["a body without a final newline", "fix: x\n\nwhy", `fix: x\n\nwhy\n\n${block}`],
    [
      "a last paragraph of prose with a colon line",
      "fix: x\n\nNote this.\nIt: is prose\n",
      `fix: x\n\nNote this.\nIt: is prose\n\n${block}`,
    ],
    [
      "a sign-off",
      "fix: x\n\nSigned-off-by: A <a@example.com>\n",
      `fix: x\n\nSigned-off-by: A <a@example.com>\n${block}`,
    ],
    ["a line of dashes in the body", "fix: x\n\na\n---\nb\n", `fix: x\n\na\n---\nb\n\n${block}`],
    [
      "a cut line in the body",
      "fix: x\n\nbody\n# ------------------------ >8 ------------------------\nrest\n",
      `fix: x\n\nbody\n\n${block}\n# ------------------------ >8 ------------------------\nrest\n`,
    ],
  ])("is the message, then the block, after %s", (_name, message, expected) => {
    const written = writeMessage(message, EMPTY);
    expect(written).toBe(expected);
    expect(gitTrailers(written).filter((each) => each.key === "Session-Id")).toHaveLength(1);
  });

  test("from an editor's template has the block above the comments", () => {
    const written = writeMessage("fix: x\n\n# Please enter the commit message\n# Changes:\n", EMPTY, {
      comments: true,
    });
    expect(written.startsWith(`fix: x\n\n${block}`)).toBe(true);
    expect(written).toContain("# Please enter");
  });

  test("written again has one block, the other trailers, and no other change", () => {
    const once = writeMessage("fix: x\n\nbody\n\nChange-Id: I1\nSigned-off-by: A <a@example.com>\n", FULL);
    expect(writeMessage(once, FULL)).toBe(once);
    const again = writeMessage(once, EMPTY);
    expect(again).toBe(`fix: x\n\nbody\n\nChange-Id: I1\nSigned-off-by: A <a@example.com>\n${block}`);
  });

  test("keeps a user's trailer named like one of ours, without a Session-Id", () => {
    expect(writeMessage("fix: x\n\nImpact: large\n", EMPTY)).toBe(`fix: x\n\nImpact: large\n${block}`);
  });
});

test("an empty list is no trailer, and an empty text no item", () => {
  expect(renderBlock({ ...EMPTY, objectives: [{ id: "obj-1", mark: "open", text: " \n\t\n" }] })).toBe(
    "Session-Id: k3f9qzm2x7ab\n",
  );
});

test("200 kB of text and 5,000 objectives are cut with a pointer to the rest", () => {
  const long = renderBlock({
    ...EMPTY,
    objectives: [{ id: "obj-1", mark: "open", text: "x".repeat(200_000) }],
  });
  expect(long.length).toBeLessThan(1200);
  expect(long).toContain("session show");
  const many = renderBlock({
    ...EMPTY,
    objectives: Array.from({ length: 5000 }, (_, n) => ({
      id: `obj-${n + 1}`,
      mark: "open" as const,
      text: "x",
    })),
  });
  expect(many).toContain("4900 more");
});

const hostile = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        "Session-Id: x",
        "Signed-off-by: Evil <e@example.com>",
        "Rationale: y",
        "   Rationale: y",
        " - dec-9: z",
        "- [x] obj-2: q",
        "[x] obj-2: q",
        "\u00a0nbsp",
        "\u00a0",
        "\u3000",
        "a\rb",
        "# c",
        "---",
        "",
        " ",
        "\t",
        "text",
        "(#42)",
        "x (#42)",
        "Link:",
        "Note: n",
        "dec-1: w",
        "# ------------------------ >8 ------------------------",
        "\ud800",
        "commit abc",
        "* b",
        "Squashed commit of the following:",
        "… 3 more (session show)",
      ),
      { maxLength: 6 },
    )
    .map((lines) => lines.join("\n")),
);

const record = fc.record({
  objectives: fc.array(
    fc.record({ mark: fc.constantFrom("open", "active", "done", "dropped"), text: hostile }),
    { maxLength: 4 },
  ),
  blockers: fc.array(
    fc.record({ resolved: fc.boolean(), text: hostile, note: fc.option(hostile, { nil: undefined }) }),
    { maxLength: 3 },
  ),
  decisions: fc.array(
    fc.record({
      text: hostile,
      rationale: fc.option(hostile, { nil: undefined }),
      alternatives: fc.array(hostile, { maxLength: 3 }),
    }),
    { maxLength: 3 },
  ),
});

type Drawn = typeof record extends fc.Arbitrary<infer T> ? T : never;

function asRecord(drawn: Drawn): CheckpointRecord {
  return {
    ...EMPTY,
    objectives: drawn.objectives.map((each, n) => ({
      id: `obj-${n + 1}`,
      mark: each.mark as "open",
      text: each.text,
    })),
    blockers: drawn.blockers.map((each, n) => ({
      id: `blk-${n + 1}`,
      resolved: each.resolved,
      text: each.text,
      ...(each.note === undefined ? {} : { note: each.note }),
    })),
    decisions: drawn.decisions.map((each, n) => ({
      id: `dec-${n + 1}`,
      text: each.text,
      alternatives: each.alternatives,
      ...(each.rationale === undefined ? {} : { rationale: each.rationale }),
    })),
  };
}

/** Returns the normalized form that reading must give back. */
function expected(drawn: Drawn) {
  const filled = <T extends { readonly text: string }>(items: readonly T[]) =>
    items.map((each) => ({ ...each, text: normalizeText(each.text) })).filter((each) => each.text !== "");
  return {
    objectives: filled(drawn.objectives).map((each) => [each.mark, each.text]),
    blockers: filled(drawn.blockers).map((each) => [
      each.resolved,
      each.text,
      normalizeText(each.note ?? ""),
    ]),
    decisions: filled(drawn.decisions).map((each) => [
      each.text,
      normalizeText(each.rationale ?? ""),
      each.alternatives.map(normalizeText).filter(Boolean),
    ]),
  };
}

test("any text in a record is read back normalized, and adds no trailer", () => {
  fc.assert(
    fc.property(record, (drawn) => {
      const written = writeMessage("feat: x\n\nbody\n", asRecord(drawn));
      const keys = gitTrailers(written).map((each) => each.key);
      expect(keys.filter((key) => key === "Session-Id")).toHaveLength(1);
      expect(new Set(keys).size).toBe(keys.length);
      expect(
        keys.every((key) => ["Session-Objectives", "Blockers", "Decisions", "Session-Id"].includes(key)),
      ).toBe(true);
      const { session, recovered } = readMessage(written);
      expect(recovered).toBe(false);
      expect(session?.blockers.map((each) => [each.resolved, each.text, each.note ?? ""])).toEqual(
        expected(drawn).blockers,
      );
      expect(session?.decisions.map((each) => [each.text, each.rationale ?? "", each.alternatives])).toEqual(
        expected(drawn).decisions,
      );
      expect(session?.objectives.map((each) => [each.mark, each.text])).toEqual(expected(drawn).objectives);
      expect(writeMessage(written, asRecord(drawn))).toBe(written);
    }),
    { numRuns: 400 },
  );
});

const long = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "a",
        "word",
        "größer",
        "決定する",
        "  two",
        "Rationale: x",
        "- item",
        "[x]",
        "#",
        "https://a.example/",
        " ",
      ),
      fc.integer({ min: 60, max: 240 }).map((length) => "x/ä語".repeat(length / 4)),
    ),
    { minLength: 1, maxLength: 40 },
  )
  .map((words) => words.join(" "));

test("no line of a trailer block is longer than 100 bytes, and any text is read back", () => {
  const texts = fc.array(fc.oneof(long, hostile), { minLength: 1, maxLength: 3 });
  const all = fc.array(
    texts.map((each) => normalizeText(each.join("\n"))).filter((each) => each !== ""),
    { minLength: 6, maxLength: 6 },
  );
  fc.assert(
    fc.property(all, ([one = "", two = "", three = "", four = "", five = "", six = ""]) => {
      const drawn: CheckpointRecord = {
        ...EMPTY,
        objectives: [{ id: "obj-1", mark: "done", text: one }],
        blockers: [{ id: "blk-1", resolved: true, text: two, note: three }],
        decisions: [{ id: "dec-1", text: four, rationale: five, alternatives: [six, one] }],
        verified: [{ command: oneLine(two), result: "failed", earlier: "1234abcd" }],
        impact: [{ key: "Added", value: oneLine(three) }],
        title: oneLine(four),
      };
      const block = renderBlock(drawn);
      for (const line of block.split("\n")) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(100);
      const reading = readMessage(`feat: x\n\n${block}`);
      expect(reading.session).toEqual(drawn);
      expect(reading.recovered).toBe(false);
      // Below a squash's header git indents it.
      const indented = block.replace(/^(?=.)/gm, "    ");
      const squashed = `Squashed commit of the following:\n\ncommit 1234567\n\n    feat: x\n\n${indented}`;
      expect(readMessage(squashed).session).toEqual(drawn);
    }),
    { numRuns: 60 },
  );
});

test("lists written by older versions and other tools are not unfolded", () => {
  const read = (list: string) =>
    readMessage(`feat: x\n\nDecisions:\n${list}\nSession-Id: k3f9qzm2x7ab\n`).session?.decisions.map(
      (each) => each.text,
    );
  expect(read(` - dec-1: ${"long ".repeat(40)}end\n       indented`)).toEqual([
    `${"long ".repeat(40)}end\n  indented`,
  ]);
  expect(read("- dec-1: a\n    b\n- dec-2: c")).toEqual(["a\nb", "c"]);
});

test("git reads the folded lines as one value", () => {
  const text = "Move the nightly import from the old scheduler to the queue ".repeat(4).trim();
  const written = writeMessage("feat: x", {
    ...EMPTY,
    title: text.slice(0, 200).trim(),
    objectives: [{ id: "obj-1", mark: "open", text }],
  });
  const [git] = trailersByGit([written]);
  expect(git?.trailers.map((each) => each.key)).toEqual([
    "Session-Objectives",
    "Session-Title",
    "Session-Id",
  ]);
  expect(git?.trailers[0]?.value.replace(/\s+/g, " ")).toBe(`- [ ] obj-1: ${text}`);
});

test("git reads Session-Id from every message", () => {
  const drawn = fc.sample(record, { numRuns: 300, seed: 11 });
  const written = drawn.map((each) => writeMessage("feat: x\n\nbody\n", asRecord(each)));
  for (const { trailers } of trailersByGit(written)) {
    expect(trailers.filter((each) => each.key === "Session-Id").map((each) => each.value)).toEqual([
      "k3f9qzm2x7ab",
    ]);
  }
});
