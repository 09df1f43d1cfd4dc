import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { gitTrailers } from "../../src/trailers/parse/git-trailers.ts";
import { trailersByGit } from "../support/git-trailers.ts";

test("the trailer parser reads 3,000 real messages exactly as git does", () => {
  const lines = gunzipSync(readFileSync("test/fixtures/commit-messages.jsonl.gz"))
    .toString("utf8")
    .trim()
    .split("\n");
  const messages = lines.map((line) => (JSON.parse(line) as { message: string }).message);
  expect(messages.length).toBeGreaterThan(2900);
  const read = trailersByGit(messages);
  const different = messages.filter(
    (message, at) => JSON.stringify(gitTrailers(message)) !== JSON.stringify(read[at]?.trailers),
  );
  expect(different).toEqual([]);
  expect(read.filter((each) => each.trailers.length > 0).length).toBeGreaterThan(300);
});

/** Lines that decide whether a paragraph is a trailer block. */
const line = fc.constantFrom(
  ...[
    "",
    "",
    "subject",
    "prose with words",
    "Key: value",
    "Key:value",
    "Signed-off-by: A <a@example.com>",
    "(cherry picked from commit abc)",
  ],
  ...[
    " continued",
    "\tcontinued",
    "\u00a0not a space",
    "# comment",
    "# Key: value",
    "Conflicts:",
    "\ta/file",
    "---",
    "-key: x",
    "Ke y: x",
    "Key : x",
  ],
  ...[
    "https://example.com",
    "# ------------------------ >8 ------------------------",
    "   ",
    "Key: value\r",
    "\r",
    "Schlüssel: x",
    ": x",
    "Session-Id: abc",
  ],
);

test("the trailer parser reads generated messages exactly as git does", () => {
  const messages = fc
    .sample(fc.array(line, { minLength: 1, maxLength: 24 }), { numRuns: 1500, seed: 7 })
    .map((lines) => `subject\n\n${lines.join("\n")}\n`);
  const read = trailersByGit(messages);
  const different = messages.flatMap((message, at) => {
    const expected = read[at]?.trailers;
    return JSON.stringify(gitTrailers(message)) === JSON.stringify(expected)
      ? []
      : [{ message, expected, ours: gitTrailers(message) }];
  });
  expect(different.slice(0, 3)).toEqual([]);
});
