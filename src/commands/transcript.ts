import { type Command, Option } from "@commander-js/extra-typings";
import { TRANSCRIPT_AGENTS } from "../agents/catalog/transcripts.ts";
import type { About, Call } from "../cli/command.ts";
import { choice, wholeNumber } from "../cli/options.ts";
import { searchLines } from "../terminal/screens/search.ts";
import { messageLines, restOf, transcriptLine } from "../terminal/screens/transcripts.ts";
import { bold, dim } from "../terminal/style.ts";
import { day } from "../text/day.ts";
import { defined } from "../text/defined.ts";
import { importTranscript } from "../transcripts/copy.ts";
import { saidMarkdown } from "../transcripts/markdown.ts";
import { transcriptPage, transcriptsOf } from "../transcripts/transcripts.ts";
import { searchSessions } from "../views/search.ts";
import { queryOf } from "../views/shapes/search.ts";

const SESSION = ["--session <session>", "of another session than this branch's"] as const;

export const about: About = {
  name: "transcript",
  aliases: ["transcripts"],
  group: "Look back",
  order: 80,
  summary: "Keep and read conversations with agents",
  description:
    "Lists the conversations of this session, or copies one into it: of an agent (transcript import --help names them), or a list of {role, content, timestamp}. Secrets are made unreadable, pictures are left out. They stay in this clone.",
  examples: [
    ["session transcript import ~/.claude/projects/-work/2b8e.jsonl", "into this session"],
    ["session transcript show --limit 50", "the first fifty messages"],
    ["session transcript search 'rate limit'", "in those of all sessions"],
  ],
};

export function define(transcript: Command): void {
  transcript.does((call) => list(call, {}));
  transcript
    .command("list")
    .alias("ls")
    .description("list them with what they came to, and those that hooks told of")
    .option(...SESSION)
    .does(list);
  transcript
    .command("import")
    .description("copy one into the session, in place of an earlier copy")
    .argument("<file>", "its file, or the id of one that a hook told of")
    .addOption(
      new Option("--agent <agent>", "whose it is, where the file does not tell").choices(TRANSCRIPT_AGENTS),
    )
    .option(...SESSION)
    .does(async ({ cwd, place: open, out }, from, options) => {
      const head = await importTranscript(await open(), cwd, { from, ...options });
      out.data(transcriptLine(head), head);
    });
  transcript
    .command("show")
    .description("what was said, a page at a time")
    .argument("[id]", "or the start of it; not needed where there is one")
    .option(...SESSION)
    .option("--skip <n>", "leave out the first so many messages", "0")
    .option("-n, --limit <n>", "how many messages", "20")
    .addOption(choice("--format <format>", "as what", ["text", "json", "markdown"], "text"))
    .does(async ({ place: open, out }, id, options) => {
      const asked = {
        skip: wholeNumber("--skip", options.skip, 0),
        limit: wholeNumber("--limit", options.limit),
      };
      const place = await open();
      const { session } = options;
      const page = await transcriptPage(place, id, { ...asked, ...defined({ session }) });
      const inDay = (iso: string) => day(place.config, iso);
      if (options.format === "json" || out.json) return out.data(JSON.stringify(page, null, 2), page);
      if (options.format === "markdown") return out.data(saidMarkdown(page.entries, inDay), page);
      const rest =
        page.more === 0 ? [] : ["", dim(`… ${restOf(page)}: --skip ${asked.skip + page.entries.length}`)];
      out.data(
        [transcriptLine(page.head), "", ...messageLines(page.entries, inDay), ...rest].join("\n"),
        page,
      );
    });
  transcript
    .command("search")
    .description("find words in the conversations of all sessions")
    .argument("<words...>", "all of them have to be in one message")
    .option("-n, --limit <n>", "how many sessions", "20")
    .does(async ({ place: open, out }, words, options) => {
      const limit = wholeNumber("--limit", options.limit);
      const query = queryOf(words);
      const request = { query, parts: ["transcripts" as const], tags: [] };
      const found = query.words.length === 0 ? [] : await searchSessions(await open({ bare: true }), request);
      const shown = found.slice(0, limit);
      const more = found.length - shown.length;
      if (found.length === 0) return out.data(dim("Nothing found"), found);
      const rest = more === 0 ? [] : ["", dim(`… ${more} more sessions: --limit ${found.length}`)];
      out.data([...searchLines(shown, query, out.width), ...rest].join("\n"), shown);
    });
}

async function list({ place: open, out }: Call, options: { session?: string }): Promise<void> {
  const found = await transcriptsOf(await open(), options.session);
  const linked = found.linked.map(
    (each) => `${bold(each.id)}  ${each.agent}  ${dim(`not copied: session transcript import ${each.id}`)}`,
  );
  const lines = [...found.kept.map(transcriptLine), ...linked];
  out.data(
    lines.length === 0 ? dim("No conversations: session transcript import <file>") : lines.join("\n"),
    found,
  );
}
