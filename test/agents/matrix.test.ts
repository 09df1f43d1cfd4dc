/** Runs every agent from npm through every event, and compares with the table in docs/agents.md. */
import { readFile, symlink } from "node:fs/promises";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { AGENTS } from "../../src/agents/catalog/all.ts";
import { agentRepository, type Work } from "./agent-repository.ts";
import { DRIVERS, type Driver } from "./drivers.ts";
import { modelServer, type Service } from "./model-server.ts";
import { installed, type Program } from "./programs.ts";
import { atTerminal } from "./type-into-terminal.ts";

const COLUMNS = ["start", "resume", "compaction", "worktree", "subfolder", "MCP", "run"] as const;

/** Milliseconds that one turn of an agent may take on a busy machine. */
const TURN = 600_000;

const rows: string[] = [];

afterAll(() => {
  console.info(["", ...rows].join("\n"));
});

test.each(DRIVERS)("$name", async (driver) => {
  const program = installed(...driver.from);
  if (program === undefined) return;
  const label = AGENTS.find((each) => each.name === driver.name)?.label ?? driver.name;
  const cells = await cellsOf(driver, program);
  const row = `| ${[label, ...COLUMNS.map((each) => cells[each]), `run, ${program.version}`].join(" | ")} |`;
  rows.push(row);
  console.info(row);
  // A dash in the docs was not looked at yet.
  const known = plain(await documented(label));
  expect(plain(row)).toEqual(known.map((each, at) => (each === "–" ? plain(row)[at] : each)));
});

async function documented(label: string): Promise<string> {
  const lines = (await readFile("docs/agents.md", "utf8")).split("\n");
  return lines.findLast((line) => line.startsWith(`| ${label} |`)) ?? "";
}

/** Returns the cells of a row between the agent and the version, without what explains one in brackets. */
const plain = (row: string): string[] =>
  row
    .split(" | ")
    .slice(1, -1)
    .map((each) => each.replace(/ \(.*\)/, ""));

type Cells = Readonly<Record<(typeof COLUMNS)[number], string>>;

async function cellsOf(driver: Driver, program: Program): Promise<Cells> {
  const made = await agentRepository(driver.name, "--project");
  const { here, places, log } = made;
  const api = await modelServer();
  await driver.set(here, api.url);
  await driver.approve?.(here, program.file);
  const [main, below, linked] = places;
  if (!main || !below || !linked) throw new Error("three places");
  const run = async (cwd: string, args: readonly string[]) => {
    api.since();
    const began = Date.now();
    const ran = await here.run(program.file, args, { cwd, timeout: TURN });
    const seconds = Math.round((Date.now() - began) / 1000);
    console.info(`${driver.name} ${args.join(" ").slice(0, 60)}: exit ${ran.code}, ${seconds} s`);
    return `${ran.stdout}${ran.stderr}`;
  };
  const say = async (prompt: string) => {
    const id = (await log()).findLast((each) => each.agentSession)?.agentSession ?? "";
    return run(main[1], driver.again(prompt, id));
  };

  api.command = driver.busy;
  await run(main[1], driver.first("hello there"));
  const first = api.since();
  await here.ok("objectives", "add", "Came up meanwhile");
  await say("and again");
  const second = api.since();
  const compaction = await compacted(driver, program, made, api, say);
  await run(linked[1], driver.first("hello there"));
  const worktree = yes(api.since().includes(linked[2]));
  await run(below[1], driver.first("hello there"));
  const sub = api.since();
  return {
    start: yes(first.includes(main[2])),
    resume: yes(second.includes("Came up meanwhile")),
    compaction,
    worktree,
    subfolder: sub.includes(below[2]) ? "yes" : /Now on `feature/.test(sub) ? "MCP" : "no",
    // Some agents do not wait for their servers before the first request.
    MCP: yes(/session_(?:brief|status|checkpoint)/.test(first + second)),
    run: await started(driver, program, made, api),
  };
}

const yes = (is: boolean): string => (is ? "yes" : "no");

/** Returns whether the brief is in the first request after a compaction. */
async function compacted(
  driver: Driver,
  program: Program,
  { here, places, log }: Work,
  api: Service,
  say: (prompt: string) => Promise<string>,
): Promise<string> {
  const brief = places[0]?.[2] ?? "";
  const isNoted = async () => (await log()).some((each) => each.type === "context:compact");
  const isSent = (prompt: string) => () => api.asked.some((each) => each.body.includes(prompt));
  if (driver.typed) {
    const [args, command] = driver.typed;
    const terminal = atTerminal(here, program.file, args);
    for (const prompt of ["hello there at a terminal", "and on at a terminal"])
      await terminal.type(prompt, isSent(prompt));
    await terminal.type(command, isNoted);
    await terminal.type("after it", isSent("after it"));
    terminal.end();
    const last = api.asked.findLast((each) => each.body.includes("after it"))?.body ?? "";
    return (await isNoted()) ? yes(last.includes(brief)) : "not seen";
  }
  await driver.compact?.(say, api);
  await say("after it");
  return (await isNoted()) ? yes(api.since().includes(brief)) : "not seen";
}

/** Returns whether `session run` brings prompt and brief, and `session continue` goes on in the same conversation. */
async function started(
  { name, words = [] }: Driver,
  program: Program,
  { here }: Work,
  api: Service,
): Promise<string> {
  const file = path.join(here.home, "bin", name);
  await symlink(program.file, file);
  await here.write(
    "../home/.config/session/config.yaml",
    JSON.stringify({ agents: { [name]: { command: [file, ...words] } } }),
  );
  api.since();
  const ran = await here.session("run", name, "-m", "Asked by run");
  const first = api.since();
  const again = await here.session("continue", "--print", "Asked by continue");
  const second = api.since();
  console.info(`${name} run: ${ran.code} ${ran.stderr}; continue: ${again.code} ${again.stderr}`);
  if (!first.includes("Asked by run") || !first.includes("Objective of the main")) return "no";
  if (!second.includes("Asked by continue")) return "run only";
  return second.includes("Asked by run") ? "yes" : "new conversation";
}
