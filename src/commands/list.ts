import { type Command, Option } from "@commander-js/extra-typings";
import type { About, OptionsOf } from "../cli/command.ts";
import { period } from "../cli/date-options.ts";
import { also, calledWith, choice, each, eachTag, metaPairs, wholeNumber } from "../cli/options.ts";
import { currentBranch } from "../git/repository.ts";
import type { Place } from "../place/place.ts";
import { inline, oneLine } from "../render/escape-markdown.ts";
import { shortestPrefixes } from "../session/ids.ts";
import { now } from "../surroundings.ts";
import type { Output } from "../terminal/output.ts";
import { counted } from "../terminal/progress.ts";
import { listMarkdown, listTable } from "../terminal/screens/list.ts";
import { dim, yellow } from "../terminal/style.ts";
import { defined } from "../text/defined.ts";
import { plural } from "../text/plural.ts";
import { shellWord } from "../text/shell.ts";
import { formatTime } from "../text/time/format-time.ts";
import { surveyRemotes, surveySessions } from "../views/session-rows.ts";
import { filterRows, type SessionRow, SORTS, sortRows, treeRows } from "../views/shapes/listing.ts";

const STATES = ["active", "paused", "background", "ended", "archived"];

export const about: About = {
  name: "list",
  aliases: ["ls", "sessions"],
  group: "Pick up",
  order: 60,
  pager: true,
  everyday: true,
  summary: "List the sessions of this repository",
  description:
    "Lists the last ten sessions of this clone, fetched ones included, newest activity first. Dates show last activity.",
  examples: [
    ["session list", "the last ten"],
    ["session list --all --json", "all, as data"],
    ["session list --remote", "sessions that others pushed"],
    ["session list --all-projects --status active", "in all your repositories"],
    ["session list --wide --sort messages", "with the last prompt"],
    ["session list --tag api --since '2 weeks ago'", "recent, with a tag"],
    ["session list --status ended --sort time -n 5", "where the time went"],
  ],
  asks: ["repository", "snapshots"],
};

const flags = (command: Command) =>
  command
    .option("--all", "list all, archived ones too")
    .option("--all-projects", "list sessions of all your repositories")
    .option("-n, --limit <n>", "list at most <n> (default: 10)")
    .option("--search <words>", "find words in title, branch, id, tags or metadata")
    .option("--since <date>", 'list those active since: 2024-01-31, "2 weeks ago"')
    .option("--until <date>", "list those active until")
    .option("--tag <tag>", "filter by tag (repeatable)", eachTag)
    .option("--meta <key=value>", "filter by metadata (repeatable)", each)
    .option("--project <name>", "filter by `project` in the metadata")
    .option("--agent <agent>", "filter by the agent that worked last")
    .option("--provider <name>", "filter by the provider of that agent's model")
    .option("--model <name>", "filter by that agent's model")
    .addOption(new Option("--status <state...>", "filter by state").choices(STATES))
    .option("--background", "list only sessions with a background agent")
    .option("--shared", "list only shared sessions")
    .option("--remote", "list sessions of remote branches, as fetched")
    .addOption(choice("--sort <by>", "sort, newest or largest first", SORTS, "date"))
    .option("--reverse", "reverse the order")
    .option("--tree", "list each session below its parent")
    .option("--wide", "add created, messages, files and the last prompt")
    .addOption(choice("--format <format>", "set the output format", ["table", "json", "markdown"], "table"));

type Options = OptionsOf<typeof flags>;

async function surveyAll(choose: (all: readonly SessionRow[]) => readonly SessionRow[], says: boolean) {
  const { surveyProjects } = await import("../views/project-rows.ts");
  return surveyProjects(choose, says);
}

export function define(command: Command): void {
  const listed = flags(command);
  also(command, { "--tags": "--tag", "--metadata": "--meta" });
  listed.does(async ({ place: open, out }, options, called) => {
    const limit = limitOf(options);
    const filter = filterOf(options);
    let left = 0;
    const isJson = options.format === "json" || out.json;
    const says = isJson || options.wide === true || options.sort === "messages";
    const cut = (found: readonly SessionRow[]) => {
      const sorted = sortRows(found, options.sort, options.reverse ?? false);
      left = Math.max(0, sorted.length - limit);
      return sorted.slice(0, limit);
    };
    const choose = (all: readonly SessionRow[]) => {
      const found = filterRows(all, filter);
      const visible = found.filter((row) => row.state !== "archived" || showsArchived(options));
      // Counts the messages only of the listed sessions.
      return options.sort === "messages" ? visible : cut(visible);
    };
    const place = options.allProjects ? undefined : await open({ bare: true });
    const survey = place
      ? await onTerminal(out.quiet || isJson, place, (at) => surveySessions(at, choose, says))
      : undefined;
    const remote = place && survey ? await surveyRemotes(place, survey) : [];
    const found = survey ?? (await surveyAll(choose, says));
    const chosen = options.remote ? choose(remote) : found.rows;
    const rows = options.sort === "messages" ? cut(chosen) : chosen;
    const ids = [...found.ids, ...remote.map((each) => each.id)];
    const shown = options.tree ? treeRows(rows) : rows.map((row) => ({ row, depth: 0 }));
    const value = shown.map(({ row, depth }) => (options.tree ? { ...row, depth } : row));
    const tellMore = () => {
      if (left > 0) out.more(`${left} more`, calledWith(called, "-n", limit + left));
    };
    if (isJson) {
      tellMore();
      return out.data(JSON.stringify(value, null, 2), value);
    }
    if (rows.length === 0) return none(out, found.ids.length, options, remote, value);
    const view = {
      rows: shown.map(({ row, depth }) => ({ row: { ...row, title: oneLine(row.title) }, depth })),
      prefixes: shortestPrefixes(ids),
      branch: place && currentBranch(place.repository),
      now: now(),
      wide: options.wide ?? false,
      day: (iso: string) => (place ? formatTime(place.config, iso) : iso.slice(0, 10)),
    };
    const lines = options.format === "table" ? listTable(view, out.width) : listMarkdown(view, inline);
    out.screen(lines, value);
    if (options.format !== "table" || out.width === undefined) tellRenamed(out, rows);
    tellMore();
    tellRemote(out, options, remote);
  });
}

/** Shows a count on the terminal: the first list of thousands of sessions takes seconds. */
function onTerminal<T>(quiet: boolean, place: Place, action: (place: Place) => Promise<T>): Promise<T> {
  return counted(quiet, "Reading sessions", (onSnapshots) =>
    action({ ...place, ...defined({ onSnapshots }) }),
  );
}

function limitOf({ limit, all }: Options): number {
  if (limit !== undefined) return wholeNumber("--limit", limit);
  return all ? Number.POSITIVE_INFINITY : 10;
}

function filterOf(options: Options) {
  const { search, tag, meta = [], project, agent, provider, model, status, background, shared } = options;
  const named = metaPairs({ project });
  return {
    ...period(options),
    ...defined({ search, tags: tag, states: status }),
    worker: defined({ agent, provider, model }),
    ...(background ? { background } : {}),
    ...(shared ? { shared } : {}),
    meta: [...meta, ...named],
  };
}

function showsArchived({ all, status }: Options): boolean {
  return all === true || (status?.includes("archived") ?? false);
}

/** Reports renamed branches on standard error: rows in a pipe or a document have no room for a hint. */
function tellRenamed(out: Output, rows: readonly SessionRow[]): void {
  for (const { id, branch, renamedTo } of rows) {
    if (renamedTo === undefined) continue;
    out.say(yellow(`The branch ${branch} was renamed to ${renamedTo}.`));
    out.hint(`session resume ${shellWord(id)}`);
  }
}

/** Prints which sessions the branches of a remote carry, and how to resume a session. */
function tellRemote(out: Output, { remote: isListed }: Options, remote: readonly SessionRow[]): void {
  const [first] = remote;
  if (!first) return;
  if (!isListed) out.say(dim(`${plural(remote.length, "session")} on branches of a remote.`));
  out.hint(isListed ? `session resume ${shellWord(first.branch)}` : "session list --remote");
}

function none(
  out: Output,
  known: number,
  options: Options,
  remote: readonly SessionRow[],
  value: unknown,
): void {
  if (options.remote) out.none("No other sessions on branches of a remote.", value, "git fetch");
  else if (known > 0) out.none("No sessions match.", value, "session list --all");
  else out.none("No sessions yet.", value, "session start <branch>");
  tellRemote(out, options, remote);
}
