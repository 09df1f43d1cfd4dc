import path from "node:path";
import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { period } from "../cli/dates.ts";
import { also, eachTag, metaPairs, wholeNumber } from "../cli/options.ts";
import { writeOutput } from "../place/output.ts";
import { oneLine } from "../render/inert.ts";
import { Failure } from "../session/failure.ts";
import { searchLines } from "../terminal/screens/search.ts";
import { dim } from "../terminal/style.ts";
import { nearest } from "../text/nearest.ts";
import { plural } from "../text/plural.ts";
import { searchSessions } from "../views/search.ts";
import { searchMarkdown } from "../views/search-markdown.ts";
import { PARTS, type Part, queryOf } from "../views/shapes/search.ts";

export const about: About = {
  name: "search",
  group: "Look back",
  order: 30,
  summary: "Search objectives, decisions, notes, handoffs and more",
  description:
    "Finds each word, in quotes each phrase, in one item or in one line of a handoff or a workspace document; small and capital letters are the same. Looks in sessions here, kept ones and snapshots, and in decisions that only commits carry.",
  examples: [
    ["session search retry", ""],
    ["session search 'code interception' --in decisions", "a phrase, in decisions"],
    ["session search token cache --since '3 months ago'", "both words in one place"],
    ["session search oauth --export oauth.md", "as a document"],
  ],
  asks: ["repository", "snapshots"],
};

export function define(command: Command): void {
  command
    .argument("<words...>", "all of them have to be there")
    .option("--in <parts>", `only in some of ${PARTS.join(",")}`)
    .option("--since <date>", 'in sessions touched since: 2024-01-31, "2 weeks ago", 30d')
    .option("--until <date>", "in sessions touched until")
    .option("--tag <tag>", "in sessions with this tag; again for more", eachTag)
    .option("--agent <name>", "in sessions with this `agent` in the metadata")
    .option("--provider <name>", "in sessions with this `provider` in the metadata")
    .option("--model <name>", "in sessions with this `model` in the metadata")
    .option("-n, --limit <n>", "how many sessions", "20")
    .option("--export <file>", "write all of it to a file: Markdown, or JSON where it ends in .json")
    .option("--force", "replace the file if it exists")
    .does(async ({ place: open, out, cwd }, words, options) => {
      const query = queryOf(words);
      if (query.words.length === 0)
        throw new Failure("usage", "search needs a word", { hint: "session search retry" });
      const limit = wholeNumber("--limit", options.limit);
      const request = {
        query,
        parts: partsOf(options.in),
        tags: options.tag ?? [],
        meta: metaPairs({ agent: options.agent, provider: options.provider, model: options.model }),
        ...period(options),
      };
      const found = await searchSessions(await open({ bare: true }), request);
      if (options.export !== undefined) {
        const file = path.resolve(cwd, options.export);
        const isJson = file.toLowerCase().endsWith(".json");
        const text = isJson ? `${JSON.stringify(found, null, 2)}\n` : searchMarkdown(words, found);
        await writeOutput(file, text, options.force ?? false);
        return out.data(`${plural(found.length, "session")} written to ${options.export}.`, {
          file,
          sessions: found.length,
        });
      }
      const shown = found.slice(0, limit);
      const more = found.length - shown.length;
      if (out.json && more > 0) out.say(`${more} more sessions: --limit`);
      if (found.length === 0) return out.data(dim("Nothing found"), found);
      const titled = shown.map((one) => ({
        ...one,
        session: { ...one.session, title: one.session.title && oneLine(one.session.title) },
      }));
      const rest = more === 0 ? [] : ["", dim(`… ${plural(more, "more session")}: --limit ${found.length}`)];
      out.data([...searchLines(titled, query, out.width), ...rest].join("\n"), shown);
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
    throw new Failure("usage", `--in does not know "${name}"`, {
      hint: close === undefined ? `it knows ${PARTS.join(", ")}` : `did you mean ${close}?`,
    });
  });
}
