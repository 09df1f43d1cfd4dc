import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { calledWith, wholeNumber } from "../cli/options.ts";
import { oneLine } from "../render/escape-markdown.ts";
import { firstLine } from "../terminal/lines.ts";
import { logLines } from "../terminal/screens/session/log.ts";
import { facts } from "../terminal/signs.ts";
import { bold, dim } from "../terminal/style.ts";
import { formatTime } from "../text/time/format-time.ts";
import { type SessionLog, sessionLog } from "../views/log.ts";

export const about: About = {
  name: "log",
  group: "Pick up",
  order: 70,
  pager: true,
  summary: "Show checkpoints and decisions, newest first",
  description:
    "Shows the commits of a session as they are now, each with its decisions. Pending decisions come first.",
  examples: [
    ["session log", "this branch's session"],
    ["session log feature/login --events -n 50", "everything recorded"],
  ],
};

export function define(command: Command): void {
  command
    .argument("[session]", "id or its start, branch, title, @ or - (default: this branch's)")
    .option("--events", "include every recorded event")
    .option("-n, --max-count <n>", "show at most <n> entries", "10")
    .does(async ({ place: open, out }, name, options, called) => {
      const limit = wholeNumber("-n", options.maxCount);
      const place = await open();
      const log = await sessionLog(place, name, { events: options.events ?? false, limit });
      const lines = logLines(shown(log), (iso) => formatTime(place.config, iso));
      out.screen([head(log), ...lines].join("\n"), log);
      const { more } = log;
      if (more !== 0)
        out.more(more === null ? "more" : `${more} more`, calledWith(called, "-n", Math.max(50, limit * 5)));
    });
}

function head({ session, branch, record, entries, pending }: SessionLog): string {
  const title = session
    ? `${bold(oneLine(session.title))}  ${dim(facts(branch === "" ? [session.id] : [branch, session.id]))}`
    : `${bold(branch)}  ${dim("no session")}`;
  const whence = record.words === undefined ? title : `${title}\n${dim(oneLine(record.words))}`;
  return entries.length + pending.length > 0 ? `${whence}\n` : `${whence}\n\n${dim("No entries yet.")}`;
}

/** Makes text of commits safe to print: one line each, hidden characters made visible. */
function shown({ entries, pending }: SessionLog): Pick<SessionLog, "entries" | "pending"> {
  const short = (text: string) => oneLine(firstLine(text)).slice(0, 300);
  const decision = <T extends { text: string }>(each: T): T => ({ ...each, text: short(each.text) });
  return {
    pending: pending.map(decision),
    entries: entries.map((each) => ({
      ...each,
      subject: short(each.subject),
      ...(each.label === undefined ? {} : { label: short(each.label) }),
      decisions: each.decisions.map(decision),
    })),
  };
}
