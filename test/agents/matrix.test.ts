/** Every agent that npm serves, through every moment: what the table in docs/agents.md says. */
import { readFile } from "node:fs/promises";
import { afterAll, expect, test } from "vitest";
import { AGENTS } from "../../src/agents/catalog/all.ts";
import { agentRepository } from "./agent-repository.ts";
import { DRIVERS } from "./drivers.ts";
import { modelServer } from "./model-server.ts";
import { installed } from "./programs.ts";
import { typeIntoTerminal } from "./type-into-terminal.ts";

const COLUMNS = ["start", "resume", "compaction", "worktree", "subfolder", "MCP"] as const;

const rows: string[] = [];

afterAll(() => {
  console.info(["", ...rows].join("\n"));
});

test.each(DRIVERS)("$name", async (driver) => {
  const program = installed(...driver.from);
  if (program === undefined) return;
  const { here, places, log } = await agentRepository(driver.name, "--project");
  const api = await modelServer();
  await driver.set(here, api.url);
  const run = async (cwd: string, args: readonly string[]) => {
    api.since();
    const ran = await here.run(program.file, args, { cwd });
    return `${ran.stdout}${ran.stderr}`;
  };
  const [main, below, linked] = places;
  if (!main || !below || !linked) throw new Error("three places");
  const cell: Partial<Record<(typeof COLUMNS)[number], string>> = {};
  const yes = (is: boolean) => (is ? "yes" : "no");
  const has = (says: string) => api.since().includes(says);

  await run(main[1], driver.first("hello there"));
  const first = api.since();
  cell.start = yes(first.includes(main[2]));
  cell.MCP = yes(/session_(?:brief|status|checkpoint)/.test(first));
  const id = (await log()).findLast((each) => each.agentSession)?.agentSession ?? "";
  const say = (prompt: string) => run(main[1], driver.again(prompt, id));

  await here.ok("objectives", "add", "Came up meanwhile");
  await say("and again");
  cell.resume = yes(has("Came up meanwhile"));

  if (driver.typed) {
    const [args, command] = driver.typed;
    await typeIntoTerminal(here, program.file, args, ["hello there", "and on", command, "after it"]);
    const last = api.asked.findLast((each) => each.body.includes("after it"))?.body ?? "";
    const compacted = (await log()).findLast((each) => each.type === "context:compact");
    cell.compaction = compacted ? yes(last.split(main[2]).length > 1) : "not seen";
  } else if (driver.compact) {
    await driver.compact(say, api);
    const compacted = (await log()).some((each) => each.type === "context:compact");
    await say("after it");
    cell.compaction = compacted ? yes(has(main[2])) : "not seen";
  }
  await run(linked[1], driver.first("hello there"));
  cell.worktree = yes(has(linked[2]));
  await run(below[1], driver.first("hello there"));
  const sub = api.since();
  cell.subfolder = sub.includes(below[2]) ? "yes" : /Now on `feature/.test(sub) ? "MCP" : "no";

  const label = AGENTS.find((each) => each.name === driver.name)?.label ?? driver.name;
  const cells = COLUMNS.map((each) => cell[each] ?? "");
  const row = `| ${[label, ...cells, `run, ${program.version}`].join(" | ")} |`;
  rows.push(row);
  console.info(row);
  const known = (await readFile("docs/agents.md", "utf8"))
    .split("\n")
    .findLast((line) => line.startsWith(`| ${label} |`));
  // What stands in brackets explains a cell; a dash was not looked at yet.
  const plain = (line = "") =>
    line
      .split(" | ")
      .slice(1, -1)
      .map((each) => each.replace(/ \(.*\)/, ""));
  const wanted = plain(known).map((each, at) => (each === "–" ? (cells[at] ?? "") : each));
  expect(plain(row)).toEqual(wanted);
});
