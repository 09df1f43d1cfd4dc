import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { choice, wholeNumber } from "../cli/options.ts";
import { orPicked } from "../cli/pick-session.ts";
import { sessionNamed } from "../record/find-session.ts";
import { oneLine } from "../render/escape-markdown.ts";
import { showHints, showScreen } from "../terminal/screens/session/show.ts";
import { defined } from "../text/defined.ts";
import { formatTime } from "../text/time/format-time.ts";
import { pageDocument } from "../views/shapes/page.ts";
import { sessionPage } from "../views/show.ts";
import { showMarkdown } from "../views/show-markdown.ts";

export const about: About = {
  name: "show",
  group: "Look back",
  order: 10,
  pager: true,
  summary: "Show one session in full",
  description:
    "Shows objectives, blockers, decisions, notes, timeline, files and handoff of a session, active or ended.",
  examples: [
    ["session show feature/login", "by branch"],
    ["session show k3f9 --skip 10 --limit 10", "page two of its timeline"],
    ["session show k3f9 --format markdown", "with the full handoff"],
    ["session show k3f9 --with-transcript --limit 50", "first 50 messages"],
  ],
};

export function define(command: Command): void {
  command
    .argument("[session]", "id or its start, branch, title, @ or - (default: this branch's, or pick one)")
    .option("--summary", "show only the summary and the numbers")
    .option("-T, --with-transcript", "include conversations; --skip and --limit count messages")
    .option("--skip <n>", "skip the newest <n> entries", "0")
    .option("-n, --limit <n>", "show at most <n> entries", "10")
    .addOption(choice("--format <format>", "set the output format", ["text", "json", "markdown"], "text"))
    .does(async ({ place: open, out }, name, options, command) => {
      const skip = wholeNumber("--skip", options.skip, 0);
      const limit = wholeNumber("--limit", options.limit);
      const place = await open({ bare: true });
      const isJson = options.format === "json" || out.json;
      const { withTranscript } = options;
      // JSON output holds the whole conversation, unless an option limits it.
      const isPart = withTranscript || command.getOptionValueSource("limit") === "cli";
      const said =
        withTranscript || isJson ? { skip, limit: isPart ? limit : Number.MAX_SAFE_INTEGER } : undefined;
      const session = await orPicked(place, out, name, "Show", (each) => sessionNamed(place, each));
      if (session === undefined) return 130;
      const page = await sessionPage(place, session, {
        ...(withTranscript ? { skip: 0, limit: 10 } : { skip, limit }),
        ...defined({ said }),
      });
      const inDay = (iso: string) => formatTime(place.config, iso);
      const summary = options.summary ?? false;
      const value = pageDocument(page, summary);
      if (isJson || options.format === "markdown") {
        out.data(isJson ? JSON.stringify(value, null, 2) : showMarkdown(page, inDay, summary), value);
        return 0;
      }
      const shown = { ...page, session: { ...page.session, title: oneLine(page.session.title) } };
      const look = { emoji: out.emoji, summary, day: inDay };
      out.screen(showScreen(shown, look), value);
      for (const each of showHints(page, look)) out.hint(each);
      return 0;
    });
}
