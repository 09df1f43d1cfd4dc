import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CheckpointRecord } from "../../src/session/session.ts";
import { normalizeText, oneLine } from "../../src/text/trailer-text.ts";
import { gitTrailers } from "../../src/trailers/parse/git-trailers.ts";
import { readMessage } from "../../src/trailers/read.ts";
import { renderBlock, writeMessage } from "../../src/trailers/write.ts";
import { trailersByGit } from "../support/git-trailers.ts";

const ID = "k3f9qzm2x7ab";
const CUT = "# ------------------------ >8 ------------------------\n";
const RECORD: CheckpointRecord = {
  objectives: [{ id: "obj-1", mark: "active", text: "Login\nwith a second line" }],
  blockers: [],
  decisions: [],
  verified: [],
  impact: [],
  id: ID,
};
const BLOCK = renderBlock(RECORD);

describe("text below the trailer block may be", () => {
  test("an old list of conflicts", () => {
    const written = writeMessage("Merge x\n\nConflicts:\n\ta/file\n", RECORD);
    expect(written).toBe(`Merge x\n\n${BLOCK}\nConflicts:\n\ta/file\n`);
    expect(gitTrailers(written).map((each) => each.key)).toContain("Session-Id");
  });

  test("the comments and the diff of an editor's template", () => {
    const below = `# Please enter the message\n#\n${CUT}# Do not modify\ndiff --git a/x b/x\n Session-Id: x\n`;
    const written = writeMessage(`fix: x\n\n${below}`, RECORD, { comments: true });
    expect(written).toBe(`fix: x\n\n${BLOCK}\n${below}`);
    expect(writeMessage(written, RECORD, { comments: true })).toBe(written);
  });

  test("nothing, if lines with # are the user's text", () => {
    expect(writeMessage("fix: x\n\n#123 is fixed\n", RECORD)).toBe(`fix: x\n\n#123 is fixed\n\n${BLOCK}`);
  });
});

test("a subject below a template's comments is not read as a trailer", () => {
  const written = writeMessage("# This is the 1st commit message:\n\nfix: x\n", RECORD, { comments: true });
  expect(written).toBe(`# This is the 1st commit message:\n\nfix: x\n\n${BLOCK}`);
});

test.each([[""], ["\n\n"], ["# Please enter\n# a message\n"], [`\n${CUT}diff\n`]])(
  "a message without a subject gets no block, so that git still refuses it: %j",
  (message) => {
    expect(writeMessage(message, RECORD, { comments: true })).toBe(message);
  },
);

test("CRLF in a message becomes LF", () => {
  expect(writeMessage("fix: x\r\n\r\nbody\r\n", RECORD)).toBe(`fix: x\n\nbody\n\n${BLOCK}`);
});

test.each([
  [0, "0m"],
  [45, "45m"],
  [135, "2h 15m"],
])("%i minutes are formatted as %s", (minutes, text) => {
  const written = writeMessage("x", { ...RECORD, minutes });
  expect(written).toContain(`Session-Time: ${text}\n`);
  expect(readMessage(written).session?.minutes).toBe(minutes);
});

test.each([
  ["in place", "Keys", "#42"],
  ["as a line of its own", "Keys", "the vendor's answer"],
  ["not, where the text only looks like it", "Keys (#42)", undefined],
  ["behind a text that ends like one", "Keys (#42)", "#43"],
])("the link of a blocker is written %s", (_name, text, link) => {
  const blocker = {
    id: "blk-1",
    resolved: true,
    text,
    ...(link === undefined ? {} : { link }),
    note: "Done",
  };
  const written = writeMessage("x", { ...RECORD, blockers: [blocker] });
  expect(readMessage(written).session?.blockers).toEqual([blocker]);
});

test("normalizing a text twice equals normalizing it once, within the length limit", () => {
  const any = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.string({ unit: "binary", minLength: 990, maxLength: 1200 }),
    fc.array(fc.constantFrom("\r", "\n", "\t", " ", "\u00a0", "\ud83d", "\ude00", "\0", "\u2028", "a"), {
      maxLength: 30,
    }),
  );
  fc.assert(
    fc.property(any, (drawn) => {
      const text = typeof drawn === "string" ? drawn : drawn.join("");
      for (const once of [normalizeText(text), oneLine(text)]) {
        expect(normalizeText(once)).toBe(once);
        expect([...once].length).toBeLessThanOrEqual(1000);
      }
    }),
  );
});

const line = fc.constantFrom(
  ...["", "", "prose", "Key: value", "Key:value", "Signed-off-by: A <a@example.com>", " continued", "\ttab"],
  ...[
    "(cherry picked from commit abc)",
    "\u00a0nbsp",
    "---",
    "https://example.com",
    "   ",
    "Fix: y",
    "trailing  ",
  ],
  ...["Change-Id: I1", "- item", "* item", "Squashed commit of the following:", "a\rb", "Conflicts", ": x"],
);
const messages = fc
  .sample(fc.array(line, { maxLength: 14 }), { numRuns: 400, seed: 3 })
  .map((lines) => `feat: x\n${lines.join("\n")}\n`);

describe("any user message", () => {
  const written = messages.map((message) => writeMessage(message, RECORD));

  test("is a prefix of the written message, except blank lines at its end", () => {
    for (const [at, message] of messages.entries()) {
      expect(written[at]?.startsWith(message.replace(/\n[ \t\r\n]*$/, "\n"))).toBe(true);
    }
  });

  test("keeps its own trailers, and git reads ours after them", () => {
    const before = trailersByGit(messages);
    for (const [at, { trailers }] of trailersByGit(written).entries()) {
      expect(trailers.slice(0, -2)).toEqual(before[at]?.trailers);
      expect(trailers.slice(-2).map((each) => each.key)).toEqual(["Session-Objectives", "Session-Id"]);
    }
  });

  test("gives the same when written twice", () => {
    for (const message of written) expect(writeMessage(message, RECORD)).toBe(message);
  });
});

test("git's message cleanup leaves every trailer in place", () => {
  const hostile = [
    "# c",
    "#1\n# 2",
    `a\n${CUT}b`,
    "\u00a0\n\u00a0",
    "Session-Id: x\n\nSigned-off-by: E <e@x.example>",
  ];
  const cleaned = hostile.map((text) => {
    const objectives = [{ id: "obj-1", mark: "open" as const, text }];
    const message = writeMessage("feat: x\n\nbody\n", { ...RECORD, objectives });
    return execFileSync("git", ["stripspace", "--strip-comments"], {
      input: message,
      encoding: "utf8",
      cwd: "/",
      env: { PATH: process.env.PATH, HOME: "/", GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" },
    });
  });
  for (const [at, { trailers }] of trailersByGit(cleaned).entries()) {
    expect(trailers.map((each) => each.key)).toEqual(["Session-Objectives", "Session-Id"]);
    expect(readMessage(cleaned[at] ?? "").session?.objectives[0]?.text).toBe(
      normalizeText(hostile[at] ?? ""),
    );
  }
});
