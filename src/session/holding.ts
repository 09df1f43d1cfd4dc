/** Who is at work on a session: the process that its commands are run from, and lives on after each of them. */
import { age } from "../text/duration.ts";

export interface Process {
  readonly pid: number;
  /** When it started, in whatever words the system has for it: a pid is used again sooner or later. */
  readonly started: string | null;
  /** Command line, the program first; empty where the system does not tell. */
  readonly args: readonly string[];
}

/** The file `holder` in a session's folder. Advisory: nothing is ever refused because of it. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly started: string | null;
  /** Top folder of the worktree that the session was worked on in. */
  readonly worktree: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Name of the program, or what SESSION_AGENT says. */
  readonly who: string;
}

/** A holder as it is now. */
export interface Holding {
  readonly who: string;
  readonly pid: number;
  readonly host: string;
  readonly worktree: string;
  /** Last sign of life, ISO 8601, UTC. */
  readonly last: string;
  readonly live: boolean;
}

/** How long somebody on another machine is believed to be there, in minutes. */
const ELSEWHERE = 30;

const SHELLS = /^(sh|bash|dash|ash|zsh|ksh|mksh|fish|csh|tcsh|busybox|nu|elvish|xonsh|cmd|pwsh|powershell)$/;

const INTERPRETERS = /^(node|bun|deno|python[\d.]*|ruby|perl)$/;

/** What starts one command and is gone with it. */
const RUNNERS =
  /^(git|npm|npx|pnpm|pnpx|yarn|corepack|session|git-session|env|sudo|doas|su|nice|ionice|timeout|time|xargs|nohup|setsid|stdbuf|make|find|parallel|husky|lefthook|pre-commit)$/;

/** What is always there, and works on nothing. */
const DAEMONS = /^(init|systemd|launchd|tini|docker-init|dumb-init|cron|crond|atd|containerd-shim.*|sshd:?)$/;

/** Options of shells that take the word after them. */
const TAKES_WORD = /^(--rcfile|--init-file|--init-command|[-+][oO])$/;

/** `-c`, `-lc`, `/c`, `-Command`, `-EncodedCommand`. */
const GIVES_COMMAND = /^(-[a-z]*c[a-z]*|\/c|--command(=.*)?)$/i;

/**
 * Of the processes above a command, its parent first: the nearest that lives on, an interactive shell, an agent, an
 * editor. The parent where none does.
 */
export function holderAmong(above: readonly Process[]): Process | undefined {
  return above.find(livesOn) ?? above[0];
}

function livesOn({ pid, args }: Process): boolean {
  const name = programOf(args);
  if (name === "") return false;
  if (SHELLS.test(name)) return isInteractive(args.slice(1));
  if (pid === 1 || RUNNERS.test(name) || DAEMONS.test(name)) return false;
  const script = INTERPRETERS.test(name) ? scriptOf(args) : undefined;
  return script === undefined || !RUNNERS.test(script.replace(/-cli$/, ""));
}

/** A shell that runs one command or a script ends with it. */
function isInteractive(options: readonly string[]): boolean {
  if (options.some((each) => /^-noexit$/i.test(each))) return true;
  for (let at = 0; at < options.length; at++) {
    const option = options[at] ?? "";
    if (TAKES_WORD.test(option)) at++;
    else if (GIVES_COMMAND.test(option) || !/^[-+]/.test(option)) return false;
  }
  return true;
}

/** What people call the process: the program, or the script that an interpreter runs. */
export function nameOf({ args }: Process): string {
  const name = programOf(args);
  return ((INTERPRETERS.test(name) ? scriptOf(args) : undefined) ?? name) || "a process";
}

/** Some programs write all of their title into the first word; a login shell's begins with a dash. */
function programOf(args: readonly string[]): string {
  return baseOf((args[0] ?? "").split(" ", 1)[0] ?? "").replace(/^-/, "");
}

function scriptOf(args: readonly string[]): string | undefined {
  const script = args.slice(1).find((each) => !each.startsWith("-"));
  return script === undefined ? undefined : baseOf(script);
}

function baseOf(file: string): string {
  return (file.split(/[\\/]/).at(-1) ?? file).replace(/\.(exe|cmd|[cm]?js|py|rb|pl)$/i, "");
}

/** Whether the two are one process of one machine; where a start time is not known, the pid has to do. */
export function isSameProcess(
  one: Pick<Holder, "pid" | "host" | "started">,
  other: Pick<Holder, "pid" | "host" | "started">,
): boolean {
  const started = one.started === null || other.started === null || one.started === other.started;
  return one.pid === other.pid && one.host === other.host && started;
}

/** Whether a note of who is there has to be written: it says something else, or is older than a minute. */
export function isDue(before: { holder: Holder; last: string } | undefined, next: Holder): boolean {
  if (!before) return true;
  const { holder, last } = before;
  const same = isSameProcess(holder, next) && holder.worktree === next.worktree && holder.who === next.who;
  // A clock that went back must not keep it from being written.
  return !same || Math.abs(Date.parse(next.at) - Date.parse(last)) > 60_000;
}

/**
 * A holder is there while its process lives; on another machine, while its last sign of life is recent.
 * `running` is the process that has its pid now, on this host.
 */
export function holdingOf(
  holder: Holder,
  last: string,
  seen: {
    readonly host: string;
    readonly now: string;
    readonly running: Pick<Process, "started"> | undefined;
  },
): Holding {
  const { who, pid, host, worktree, started } = holder;
  const minutes = (Date.parse(seen.now) - Date.parse(last)) / 60_000;
  const live =
    host === seen.host
      ? seen.running !== undefined &&
        isSameProcess({ pid, host, started }, { pid, host, started: seen.running.started })
      : minutes <= ELSEWHERE;
  return { who, pid, host, worktree, last, live };
}

/** `held by claude (pid 4242), 2 minutes ago`; the folder where it is another one than the reader looks at. */
export function holdingText(holding: Holding, seen: { host: string; now: string; worktree: string }): string {
  const { who, pid, host, worktree, last, live } = holding;
  const process = live ? ` (pid ${pid}${host === seen.host ? "" : ` on ${host}`})` : "";
  const folder = worktree === seen.worktree ? "" : ` in ${worktree}`;
  return `${live ? "held" : "last held"} by ${who}${process}${folder}, ${age(last, seen.now)} ago`;
}
