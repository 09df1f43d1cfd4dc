import { type Command, Option } from "@commander-js/extra-typings";
import { TRANSCRIPT_AGENTS } from "../agents/catalog/transcripts.ts";
import type { About, Call } from "../cli/command.ts";
import { calledWith, choice, wholeNumber } from "../cli/options.ts";
import type { Place } from "../place/place.ts";
import { searchLines } from "../terminal/screens/search.ts";
import { messageLines, restOf, transcriptLine } from "../terminal/screens/transcripts.ts";
import { bold, dim } from "../terminal/style.ts";
import { defined } from "../text/defined.ts";
import { plural } from "../text/plural.ts";
import { formatTime } from "../text/time/format-time.ts";
import { importTranscript } from "../transcripts/import.ts";
import { messagesMarkdown } from "../transcripts/markdown.ts";
import { transcriptPage, transcriptsOf } from "../transcripts/transcripts.ts";
import { searchSessions } from "../views/search.ts";
import { queryOf } from "../views/shapes/search.ts";

const SESSION = ["--session <session>", "choose another session than this branch's"] as const;

export const about: About = {
  name: "transcript",
  aliases: ["transcripts"],
  group: "Look back",
  order: 80,
  pager: true,
  summary: "Keep and read conversations with agents",
  description:
    "Lists the agent conversations of this session, copies one into it, or shows and searches them. Secrets are masked, pictures are left out, and conversations stay in this clone.",
  examples: [
    ["session transcript list", "list the conversations"],
    ["session transcript import ~/.claude/projects/-work/2b8e.jsonl", "copy into this session"],
    ["session transcript show --limit 50", "first 50 messages"],
    ["session transcript search 'rate limit'", "search all sessions"],
  ],
};

export function define(transcript: Command): void {
  transcript.does((call) => list(call, {}));
  transcript
    .command("list")
    .alias("ls")
    .description("List conversations, copied or reported by hooks")
    .option(...SESSION)
    .does(list);
  transcript
    .command("import")
    .description("Copy a conversation into the session")
    .argument("<file>", "file, or id of a conversation that a hook reported")
    .addOption(
      new Option("--agent <agent>", "name the agent, if the file does not").choices(TRANSCRIPT_AGENTS),
    )
    .option(...SESSION)
    .does(async ({ cwd, place: open, out }, from, options) => {
      const place = await open();
      const head = await importTranscript(place, cwd, { from, ...options });
      out.done(transcriptLine(head, inDayOf(place)), head, head.id);
    });
  transcript
    .command("show")
    .description("Show a conversation, a page at a time")
    .argument("[id]", "id or its start (default: the only one)")
    .option(...SESSION)
    .option("--skip <n>", "skip the first <n> messages", "0")
    .option("-n, --limit <n>", "show at most <n> messages", "20")
    .addOption(choice("--format <format>", "set the output format", ["text", "json", "markdown"], "text"))
    .does(async ({ place: open, out }, id, options, called) => {
      const asked = {
        skip: wholeNumber("--skip", options.skip, 0),
        limit: wholeNumber("--limit", options.limit),
      };
      const place = await open();
      const { session } = options;
      const page = await transcriptPage(place, id, { ...asked, ...defined({ session }) });
      const inDay = (iso: string) => formatTime(place.config, iso);
      if (options.format === "json" || out.json) return out.data(JSON.stringify(page, null, 2), page);
      if (options.format === "markdown") return out.data(messagesMarkdown(page.entries, inDay), page);
      out.screen([transcriptLine(page.head, inDay), "", ...messageLines(page.entries, inDay)], page);
      if (page.more > 0)
        out.more(restOf(page), calledWith(called, "--skip", asked.skip + page.entries.length));
    });
  transcript
    .command("search")
    .description("Search the conversations of all sessions")
    .argument("<words...>", "words that must all occur in one message")
    .option("-n, --limit <n>", "show at most <n> sessions", "20")
    .does(async ({ place: open, out }, words, options, called) => {
      const limit = wholeNumber("--limit", options.limit);
      const query = queryOf(words);
      const request = { query, parts: ["transcripts" as const], tags: [] };
      const found = query.words.length === 0 ? [] : await searchSessions(await open({ bare: true }), request);
      const shown = found.slice(0, limit);
      const more = found.length - shown.length;
      if (found.length === 0) return out.none("Nothing found.", found);
      out.screen(searchLines(shown, query, out.width), shown);
      if (more > 0) out.more(plural(more, "more session"), calledWith(called, "-n", found.length));
    });
}

const inDayOf = (place: Place) => (iso: string) => formatTime(place.config, iso);

async function list({ place: open, out }: Call, options: { session?: string }): Promise<void> {
  const place = await open();
  const found = await transcriptsOf(place, options.session);
  const linked = found.linked.map((each) => `${bold(each.id)}  ${each.agent}  ${dim("not copied")}`);
  const lines = [...found.kept.map((each) => transcriptLine(each, inDayOf(place))), ...linked];
  if (lines.length === 0) return out.none("No conversations.", found, "session transcript import <file>");
  out.screen(lines, found);
  if (found.linked[0]) out.hint(`session transcript import ${found.linked[0].id}`);
}
