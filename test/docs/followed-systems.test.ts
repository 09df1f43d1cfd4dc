import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { entryOf } from "../../src/cli/command.ts";
import { COMMANDS } from "../../src/cli/commands.generated.ts";
import { scratch } from "../support/scratch.ts";

/** Rows of the tables: the followed system's feature, this program's, and the test. */
const ROWS = readFileSync("docs/followed-systems.md", "utf8")
  .split("\n")
  .filter((line) => /^\| (?!other tool \||---)/.test(line))
  .map((line) => line.slice(2, -2).split(/ *(?<!\\)\| */));

const commandsIn = (here = "") => [...here.matchAll(/`(session [^`]+)`/g)].map((each) => each[1] ?? "");

test("every row names a command and an existing test, or says why there is none", () => {
  expect(ROWS.length).toBeGreaterThan(100);
  for (const row of ROWS) {
    const [, here = "", test = ""] = row;
    expect(row.length, row.join(" | ")).toBe(3);
    if (/^(not yet|no:)/.test(here)) expect(test, row.join(" | ")).toBe("");
    else expect(existsSync(path.join("test", test.replaceAll("`", ""))), row.join(" | ")).toBe(true);
  }
});

test("every command and flag in the tables exists", async () => {
  const spans = new Set(ROWS.flatMap(([, here]) => commandsIn(here)));
  expect(spans.size).toBeGreaterThan(20);
  const s = await scratch({ repository: false });
  const helps = new Map<string, Promise<string>>();
  for (const span of spans) {
    const words = span.split(" ").slice(1);
    const end = words.findIndex((each) => !/^[a-z]+$/.test(each));
    const command = end < 0 ? words : words.slice(0, end);
    expect(entryOf(COMMANDS, command[0]), span).toBeDefined();
    const key = command.join(" ");
    if (!helps.has(key))
      helps.set(
        key,
        s.session(...command, "--help").then((ran) => ran.stdout),
      );
    const help = (await helps.get(key)) ?? "";
    if (command[1] !== undefined) expect(help.split("\n")[0], span).toContain(command[1]);
    for (const flag of words.filter((each) => each.startsWith("-")))
      expect(help.split(/[\s,]+/), `${span}: ${flag}`).toContain(flag);
  }
});
