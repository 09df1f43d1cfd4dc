import { readFileSync } from "node:fs";
import { globbySync } from "globby";
import { expect, test } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";
import { system as ainative } from "./followed/ainative.ts";
import { system as amazonQ } from "./followed/amazon-q.ts";
import { system as amplifier } from "./followed/amplifier.ts";
import { system as gitNative } from "./followed/git-native.ts";
import { system as multiSession } from "./followed/multi-session.ts";
import type { Row } from "./followed/row.ts";

const DOCS = readFileSync("docs/followed-systems.md", "utf8");

/** Prompts that guides print before a command. */
const PROGRAM = /^(?:ainative-code |amplifier (?=[a-z])|amplifier$|python scripts\/session\.py |\/)/;

/** The words of a line, as a shell takes them. */
function wordsOf({ guide, run }: Row): string[] {
  const line = run ?? guide.replace(PROGRAM, "");
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, one, two, three]) => one ?? two ?? three ?? "",
  );
}

async function check(s: Scratch, row: Row): Promise<void> {
  const { json, code = 0, out, err, file } = row;
  const words = wordsOf(row);
  const isDocument = words.includes("json");
  const ran = await s.session(...words, ...(json === undefined || isDocument ? [] : ["--json"]));
  expect(ran, ran.stderr).toMatchObject({ code });
  if (out) expect(ran.stdout).toMatch(out);
  if (err) expect(ran.stderr).toMatch(err);
  if (json !== undefined) expect(JSON.parse(ran.stdout)).toMatchObject(json as object);
  if (file !== undefined) expect(globbySync(file, { cwd: s.root, dot: true })).not.toEqual([]);
  // Every difference is documented with its reason.
  if (row.why !== undefined) expect(DOCS).toContain(row.why);
}

for (const { name, setup, rows } of [amazonQ, amplifier, ainative, multiSession, gitNative])
  test(`${name}: each command of the guide works as described, or the docs say why not`, async () => {
    const s = await scratch();
    await setup(s);
    const wrong: string[] = [];
    for (const row of rows)
      await check(s, row).catch((error: Error) => wrong.push(`${row.guide}\n${error.message}`));
    expect(wrong.join("\n\n")).toBe("");
  });
