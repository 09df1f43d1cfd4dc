import path from "node:path";
import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { period } from "../cli/date-options.ts";
import { also, calledWith, eachTag, wholeNumber } from "../cli/options.ts";
import { writeOutput } from "../place/output.ts";
import { oneLine } from "../render/escape-markdown.ts";
import { Failure } from "../session/failure.ts";
import { searchLines } from "../terminal/screens/search.ts";
import { defined } from "../text/defined.ts";
import { nearest } from "../text/nearest.ts";
import { plural } from "../text/plural.ts";
import { searchSessions } from "../views/search.ts";
import { searchMarkdown } from "../views/search-markdown.ts";
import { PARTS, type Part, queryOf } from "../views/shapes/search.ts";

export const about: About = {
  name: "search",
  group: "Look back",
  order: 30,
  pager: true,
  summary: "Search objectives, decisions, notes, handoffs and more",
  description:
    "Finds items and lines that contain every word or quoted phrase; case does not matter. Searches all sessions of this clone, snapshots, and decisions in commits.",
  examples: [
    ["session search retry", "one word"],
    ["session search 'code interception' --in decisions", "a phrase"],
    ["session search token cache --since '3 months ago'", "both words"],
    ["session search oauth --export oauth.md", "write the result to a document"],
  ],
  asks: ["repository", "snapshots"],
};

export function define(command: Command): void {
  command
    .argument("<words...>", "words that must all occur")
    .option("--in <parts>", "search only these parts, comma-separated")
    .option("--since <date>", 'search sessions active since: 2024-01-31, "2 weeks ago"')
    .option("--until <date>", "search sessions active until")
    .option("--tag <tag>", "filter by tag (repeatable)", eachTag)
    .option("--agent <agent>", "filter by the agent that worked last")
    .option("--provider <name>", "filter by the provider of that agent's model")
    .option("--model <name>", "filter by that agent's model")
    .option("-n, --limit <n>", "show at most <n> sessions", "20")
    .option("--export <file>", "write to a Markdown or .json file")
    .option("--force", "replace an existing file")
    .does(async ({ place: open, out, cwd }, words, options, called) => {
      const query = queryOf(words);
      if (query.words.length === 0)
        throw new Failure("usage", "missing words to search for", { hint: "session search retry" });
      const limit = wholeNumber("--limit", options.limit);
      const request = {
        query,
        parts: partsOf(options.in),
        tags: options.tag ?? [],
        worker: defined({ agent: options.agent, provider: options.provider, model: options.model }),
        ...period(options),
      };
      const found = await searchSessions(await open({ bare: true }), request);
      if (options.export !== undefined) {
        const file = path.resolve(cwd, options.export);
        const isJson = file.toLowerCase().endsWith(".json");
        const text = isJson ? `${JSON.stringify(found, null, 2)}\n` : searchMarkdown(words, found);
        await writeOutput(file, text, options.force ?? false);
        return out.done(
          `${plural(found.length, "session")} written to ${options.export}.`,
          { file, sessions: found.length },
          options.export,
        );
      }
      const shown = found.slice(0, limit);
      const more = found.length - shown.length;
      if (found.length === 0) return out.none("Nothing found.", found);
      const titled = shown.map((one) => ({
        ...one,
        session: { ...one.session, title: one.session.title && oneLine(one.session.title) },
      }));
      out.screen(searchLines(titled, query, out.width), shown);
      if (more > 0) out.more(plural(more, "more session"), calledWith(called, "-n", found.length));
    });
  also(command, { "--date-from": "--since", "--date-to": "--until", "--tags": "--tag" });
}

function partsOf(text: string | undefined): Part[] {
  if (text === undefined) return [...PARTS];
  return text.split(",").map((each) => {
    const name = each.trim().toLowerCase();
    const part = PARTS.find((one) => one === name || one === `${name}s`);
    if (part) return part;
    const close = nearest(name, PARTS, 1)[0];
    throw new Failure("usage", `--in: unknown part "${name}"`, {
      advice: close === undefined ? `known parts: ${PARTS.join(", ")}` : `did you mean ${close}?`,
    });
  });
}
