/** Renders the overview of all sessions, worktrees, conflicts and agents on one screen, once or live. */

import type { Failure } from "../session/failure.ts";
import { now, surroundings } from "../surroundings.ts";
import { oneLine } from "../text/foreign-text.ts";
import { hintLine } from "../text/hint.ts";
import { plural } from "../text/plural.ts";
import { age } from "../text/time/duration.ts";
import type { OpenSession } from "../ui/overview.ts";
import type { TerminalOverview } from "../ui/terminal-overview.ts";
import type { Output } from "./output.ts";
import { branchOff } from "./screens/list.ts";
import { facts, signs } from "./signs.ts";
import { bold, cyan, dim, green, plain, red, yellow } from "./style.ts";
import { clip, table } from "./table.ts";
import { wrapped } from "./wrap.ts";

interface Config {
  readonly out: Output;
  /** Calls `show` after each change. Returns a function that stops this. */
  readonly follow: (show: (seen: TerminalOverview) => void) => Promise<() => Promise<void>>;
  /** Returns the screen of one session as text. */
  readonly session: (id: string) => Promise<string>;
}

/**
 * Shows the live overview until the user leaves with q, Esc or Ctrl-C.
 * @throws Failure of `follow`
 */
export async function showGlance(config: Config): Promise<void> {
  const { createPrompt, useEffect, useKeypress, useState } = await import("@inquirer/core");
  const { stdin, stdout } = surroundings();
  const prompt = createPrompt<Failure | undefined, Config>(({ out, follow, session }, done) => {
    const [seen, setSeen] = useState<TerminalOverview>();
    const [at, setAt] = useState(0);
    const [page, setPage] = useState<string>();
    useEffect(() => {
      let stop: Promise<() => Promise<void>> | undefined;
      stop = follow(setSeen);
      stop.catch((error: Failure) => done(error));
      return () => void stop?.then((each) => each()).catch(() => {});
    }, []);
    const { columns = 80, rows = 24 } = stdout;
    const open = seen?.sessions.open ?? [];
    const lines = page?.split("\n").flatMap((each) => wrapped(each, columns - 1, 4)) ?? [];
    const most = page ? Math.max(0, lines.length - (rows - 3)) : open.length - 1;
    useKeypress((key) => {
      const step = { up: -1, k: -1, down: 1, j: 1, pageup: 5 - rows, pagedown: rows - 5 }[key.name ?? ""];
      if (step !== undefined) setAt(Math.max(0, Math.min(most, at + step)));
      else if (key.name === "q" || (key.name === "escape" && !page)) done(undefined);
      else if (key.name === "escape" || key.name === "left") {
        setPage(undefined);
        setAt(0);
      } else if (key.name === "return" || key.name === "enter") {
        const chosen = page ? undefined : open[at];
        if (chosen)
          void session(chosen.id)
            .catch((error: unknown) => (error instanceof Error ? error.message : String(error)))
            .then((text) => {
              setPage(plain(text));
              setAt(0);
            });
      }
    });
    if (!seen) return `Looking ${signs().more}`;
    const keys = (text: string) => clip(text, columns - 1);
    const arrows = out.emoji ? signs().arrows : "arrows";
    if (page) {
      const shown = lines.slice(at, at + rows - 3).map((each) => clip(each, columns - 1));
      return [...shown, "", keys(facts([`${arrows} scroll`, "Esc back", "q leaves"]))].join("\n");
    }
    const room = { width: columns - 1, height: rows - 2, emoji: out.emoji, now: now(), at };
    const shown = glanceLines(seen, room).map((each) => out.styled(each));
    return [...shown, "", keys(facts([`${arrows} move`, "Enter shows a session", "q leaves"]))].join("\n");
  });
  try {
    const failure = await prompt(config, { input: stdin, output: stdout, clearPromptOnDone: true });
    if (failure) throw failure;
  } catch (error) {
    if (!(error instanceof Error && /^(AbortPrompt|ExitPrompt)Error$/.test(error.name))) throw error;
  }
}

interface Room {
  /** Columns of the screen; undefined for no limit. */
  readonly width: number | undefined;
  /** Lines of the screen; undefined for no limit. */
  readonly height: number | undefined;
  readonly emoji: boolean;
  /** Current time, in ISO 8601. */
  readonly now: string;
  /** Index of the selected session in the list of open sessions. */
  readonly at?: number;
}

/** Maximum lines for each of conflicts, agents and news on a screen of limited height. */
const FEW = 3;

/** Returns the lines of the screen, sessions first. Shows only the number of entries that do not fit. */
export function glanceLines(view: TerminalOverview, room: Room): string[] {
  const most = room.height === undefined ? 20 : FEW;
  const cut = (line: string) => (room.width === undefined ? line : clip(line, room.width));
  const below = [
    ...few(conflictLines(view), most, "session conflicts"),
    ...few(agentLines(view, room), most, "session background"),
    ...few(newsLines(view, room), most, "session ui"),
  ].map(([text, paint]) => paint(cut(text)));
  const free = room.height === undefined ? undefined : room.height - below.length - 3;
  return [bold(cut(headOf(view))), ...sessionLines(view, room, free), ...below];
}

type Line = readonly [text: string, paint: (text: string) => string];

const plainly = (text: string) => text;

function few(lines: readonly Line[], most: number, command: string): readonly Line[] {
  if (lines.length <= most) return lines;
  return [
    ...lines.slice(0, most - 1),
    [`  ${signs().more} ${lines.length - most + 1} more  ${command}`, dim],
  ];
}

function headOf({ repository, sessions, worktrees, conflicts, agents }: TerminalOverview): string {
  const { open } = sessions;
  const dirty = worktrees.worktrees.filter((each) => each.dirty > 0).length;
  const blocked = open.reduce((sum, each) => sum + each.blocked.length, 0);
  const live = agents.filter((each) => each.state === "running" || each.state === "waiting").length;
  const counts = [
    `${open.length} open`,
    ...(blocked === 0 ? [] : [plural(blocked, "blocker")]),
    ...(dirty === 0 ? [] : [`${plural(dirty, "worktree")} with changes`]),
    ...(conflicts.conflicts.length === 0 ? [] : [plural(conflicts.conflicts.length, "conflict")]),
    ...(live === 0 ? [] : [`${plural(live, "agent")} at work`]),
  ];
  return `${oneLine(repository)}  ${counts.join(", ")}`;
}

function sessionLines(view: TerminalOverview, room: Room, free: number | undefined): string[] {
  const { open } = view.sessions;
  if (open.length === 0) return [dim("No session is open."), hintLine("session start <branch>")];
  // Scrolls so that the selected session stays visible.
  const size = free === undefined ? open.length : Math.max(1, Math.min(open.length, free - 1));
  const first = Math.max(0, Math.min((room.at ?? 0) - size + 1, open.length - size));
  const shown = open.slice(first, first + size);
  const dirty = new Map(view.worktrees.worktrees.map((each) => [each.branch, each.dirty]));
  const column = (title: string, cell: (row: OpenSession) => string) => ({ title, cells: shown.map(cell) });
  const pointer = room.emoji ? signs().pointer : ">";
  const lines = table(
    [
      {
        ...column(
          "  Session",
          (row) =>
            `${row === open[room.at ?? -1] ? pointer : " "} ${branchOff(row.depth)}${oneLine(row.title)}`,
        ),
        least: 16,
        paint: (text, at) => (shown[at] === open[room.at ?? -1] ? cyan(text) : text),
      },
      { ...column("Branch", (row) => row.branch), least: 10, spare: 3, paint: dim },
      {
        ...column("State", (row) => row.state),
        spare: 1,
        paint: (text, at) =>
          /^(active|background)/.test(shown[at]?.state ?? "") ? green(text) : yellow(text),
      },
      {
        ...column("Done", ({ objectives: { done, total } }) => (total === 0 ? "" : `${done}/${total}`)),
        ...{ spare: 2, right: true },
      },
      { ...column("Files", (row) => String(dirty.get(row.branch) || "")), ...{ spare: 4, right: true } },
      {
        ...column("Now", (row) => nowOf(row, room.emoji)),
        ...{ least: 12, spare: 5 },
        paint: (text, at) => (shown[at]?.blocked.length ? red(text) : dim(text)),
      },
    ],
    room.width,
  );
  const more = open.length - shown.length;
  return more === 0 ? lines : [...lines, dim(`  ${signs().more} ${more} more`)];
}

/** Returns the session's first blocker, else its current objective, else an empty text. */
function nowOf({ blocked: [blocker], current }: OpenSession, emoji: boolean): string {
  if (blocker) return `${emoji ? signs().blocked : "!"} ${oneLine(blocker.text)}`;
  return current ? oneLine(current.text) : "";
}

function conflictLines({ conflicts: { conflicts } }: TerminalOverview): Line[] {
  return conflicts.map(({ one, other, files, how }) => {
    const names = files.map((each) => oneLine(each.path)).join(", ");
    const what = how === "unrelated" ? "share no history" : `would conflict in ${names}`;
    return [`  ${oneLine(one.branch)} and ${oneLine(other.branch)} ${what}`, red];
  });
}

function agentLines({ agents }: TerminalOverview, { now }: Room): Line[] {
  return agents
    .filter((each) => each.state === "running" || each.state === "waiting")
    .map(({ agent, state, session, began, output }) => {
      const wrote = output === null ? "" : `: ${oneLine(output)}`;
      return [`  ${agent} ${state} on ${oneLine(session.branch)} for ${age(began, now)}${wrote}`, plainly];
    });
}

function newsLines({ sessions: { news } }: TerminalOverview, { now }: Room): Line[] {
  return news.map(({ at, title, type, words }) => [
    `  ${age(at, now)} ago  ${oneLine(title)}: ${type.replace(/[.:]/g, " ")} ${oneLine(words)}`,
    dim,
  ]);
}
