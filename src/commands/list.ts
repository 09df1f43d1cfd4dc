import { type Command, Option } from "@commander-js/extra-typings";
import type { About, OptionsOf } from "../cli/command.ts";
import { period } from "../cli/dates.ts";
import { also, choice, each, eachTag, metaPairs, wholeNumber } from "../cli/options.ts";
import { currentBranch } from "../git/repository.ts";
import { inline, oneLine } from "../render/inert.ts";
import { shortestPrefixes } from "../session/ids.ts";
import { now } from "../surroundings.ts";
import { listMarkdown, listTable } from "../terminal/screens/list.ts";
import { dim } from "../terminal/style.ts";
import { defined } from "../text/defined.ts";
import { plural } from "../text/plural.ts";
import { word } from "../text/shell.ts";
import { filterRows, type SessionRow, SORTS, sortRows, treeRows } from "../views/shapes/listing.ts";
import { surveyRemotes, surveySessions } from "../views/survey.ts";

const STATES = ["active", "paused", "background", "ended", "archived"];

export const about: About = {
  name: "list",
  aliases: ["ls", "sessions"],
  group: "Pick up",
  order: 60,
  summary: "List the sessions of this repository",
  description:
    "Sessions of this clone and fetched ones, the last touched first: ten, or as many as --limit says; --all shows every one, archived ones too. Dates are of the last sign of life; days count whole.",
  examples: [
    ["session list", ""],
    ["session list --all --json", "every one, as data"],
    ["session list --remote", "what others pushed, to take up"],
    ["session list --all-projects --status active", "what is open, wherever you work"],
    ["session list --tag api --since '2 weeks ago'", "what moved lately"],
    ["session list --status ended --sort time -n 5", "where the time went"],
  ],
  asks: ["repository", "snapshots"],
};

const flags = (command: Command) =>
  command
    .option("--all", "every one, archived ones too")
    .option("--all-projects", "of every repository in which you started or resumed one")
    .option("-n, --limit <n>", "how many (default: 10)")
    .option("--search <words>", "each word in title, branch, id, tags or metadata (contents: session search)")
    .option("--since <date>", 'touched since: 2024-01-31, "2 weeks ago", 30d')
    .option("--until <date>", "touched until")
    .option("--tag <tag>", "with this tag; again for more", eachTag)
    .option("--meta <key=value>", "with this metadata; again for more", each)
    .option("--project <name>", "with this `project` in the metadata")
    .option("--agent <name>", "with this `agent` in the metadata")
    .option("--provider <name>", "with this `provider` in the metadata")
    .option("--model <name>", "with this `model` in the metadata")
    .addOption(new Option("--status <state...>", "in one of these states").choices(STATES))
    .option("--background", "only those that run in the background")
    .option("--shared", "only those that are shared: session share")
    .option("--remote", "those that branches of a remote carry, as fetched, and this clone has not")
    .addOption(choice("--sort <by>", "the newest, most or longest first", SORTS, "date"))
    .option("--reverse", "the other way round")
    .option("--tree", "each session below its parent")
    .addOption(choice("--format <format>", "as what", ["table", "json", "markdown"], "table"));

type Options = OptionsOf<typeof flags>;

async function surveyAll(choose: (all: readonly SessionRow[]) => SessionRow[]) {
  const { surveyProjects } = await import("../views/projects.ts");
  return surveyProjects(choose);
}

export function define(command: Command): void {
  const listed = flags(command);
  also(command, { "--tags": "--tag", "--metadata": "--meta" });
  listed.does(async ({ place: open, out }, options) => {
    const limit = limitOf(options);
    const filter = filterOf(options);
    let left = 0;
    const choose = (all: readonly SessionRow[]) => {
      const found = sortRows(filterRows(all, filter), options.sort, options.reverse ?? false);
      const visible = found.filter((row) => row.state !== "archived" || showsArchived(options));
      left = Math.max(0, visible.length - limit);
      return visible.slice(0, limit);
    };
    const place = options.allProjects ? undefined : await open({ bare: true });
    const survey = place ? await surveySessions(place, choose) : undefined;
    const remote = place && survey ? await surveyRemotes(place, survey) : [];
    const found = survey ?? (await surveyAll(choose));
    const rows = options.remote ? choose(remote) : found.rows;
    const ids = [...found.ids, ...remote.map((each) => each.id)];
    const shown = options.tree ? treeRows(rows) : rows.map((row) => ({ row, depth: 0 }));
    const value = shown.map(({ row, depth }) => (options.tree ? { ...row, depth } : row));
    const more = [
      ...(left === 0 ? [] : [dim(`… ${left} more: session list --all`)]),
      ...elsewhere(options, remote),
    ];
    if (options.format === "json" || out.json) {
      if (left > 0) out.say(`${left} more: --all, or --limit`);
      return out.data(JSON.stringify(value, null, 2), value);
    }
    if (rows.length === 0)
      return out.data([dim(nothing(found.ids.length, options)), ...more].join("\n"), value);
    const view = {
      rows: shown.map(({ row, depth }) => ({ row: { ...row, title: oneLine(row.title) }, depth })),
      prefixes: shortestPrefixes(ids),
      branch: place && currentBranch(place.repository),
      now: now(),
    };
    const lines = options.format === "table" ? listTable(view, out.width) : listMarkdown(view, inline);
    out.data([...lines, ...more].join("\n"), value);
  });
}

function limitOf({ limit, all }: Options): number {
  if (limit !== undefined) return wholeNumber("--limit", limit);
  return all ? Number.POSITIVE_INFINITY : 10;
}

function filterOf(options: Options) {
  const { search, tag, meta = [], project, agent, provider, model, status, background, shared } = options;
  const named = metaPairs({ project, agent, provider, model });
  return {
    ...period(options),
    ...defined({ search, tags: tag, states: status }),
    ...(background ? { background } : {}),
    ...(shared ? { shared } : {}),
    meta: [...meta, ...named],
  };
}

function showsArchived({ all, status }: Options): boolean {
  return all === true || (status?.includes("archived") ?? false);
}

/** What branches of a remote carry beside the list, and how one of those is taken up. */
function elsewhere({ remote: isListed }: Options, remote: readonly SessionRow[]): string[] {
  const [first] = remote;
  if (!first) return [];
  if (isListed) return [dim(`To take one up: session resume ${word(first.branch)}`)];
  return [dim(`${plural(remote.length, "session")} on branches of a remote: session list --remote`)];
}

function nothing(known: number, { remote }: Options): string {
  if (remote) return "No branch of a remote carries a session that is not here; git fetch may bring some";
  return known === 0
    ? "No sessions here yet: session start <branch>, or session resume <branch> for one in its commits"
    : "No session is like that; archived ones with --all";
}
