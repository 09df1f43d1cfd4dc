/**
 * Finds the process that works on a session: the nearest parent process that outlives each single command.
 * Pure.
 */
import { age } from "../text/time/duration.ts";

/** A process with its id and start time: the system reuses process ids. */
export interface Process {
  readonly pid: number;
  /** Start time of the process in the system's own format, because the system reuses process ids. */
  readonly started: string | null;
  /** Command line of the process, program first; empty if the system hides it. */
  readonly args: readonly string[];
}

/**
 * The content of the file `holder` in a session's folder. It only causes warnings: no command is refused
 * because of it.
 */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly started: string | null;
  /** Top folder of the worktree in which the session was changed. */
  readonly worktree: string;
  /** Time of the last change, in ISO 8601, UTC. */
  readonly at: string;
  /** Name of the program, or the value of SESSION_AGENT. */
  readonly who: string;
}

/** A holder with its current state. */
export interface Holding {
  readonly who: string;
  readonly pid: number;
  readonly host: string;
  readonly worktree: string;
  /** Time of the holder's last activity, in ISO 8601, UTC. */
  readonly last: string;
  readonly live: boolean;
}

/** Minutes after which a holder on another machine counts as gone. */
const ELSEWHERE = 30;

const SHELLS = /^(sh|bash|dash|ash|zsh|ksh|mksh|fish|csh|tcsh|busybox|nu|elvish|xonsh|cmd|pwsh|powershell)$/;

const INTERPRETERS = /^(node|bun|deno|python[\d.]*|ruby|perl)$/;

/** Matches programs that run one command and end with it. */
const RUNNERS =
  /^(git|npm|npx|pnpm|pnpx|yarn|corepack|session|git-session|env|sudo|doas|su|nice|ionice|timeout|time|xargs|nohup|setsid|stdbuf|make|find|parallel|husky|lefthook|pre-commit)$/;

/** Matches programs that always run and are no user's work. */
const DAEMONS = /^(init|systemd|launchd|tini|docker-init|dumb-init|cron|crond|atd|containerd-shim.*|sshd:?)$/;

/** Matches shell options that are followed by an argument. */
const TAKES_WORD = /^(--rcfile|--init-file|--init-command|[-+][oO])$/;

/** Matches shell options that are followed by a command: `-c`, `-lc`, `/c`, `-Command`, `-EncodedCommand`. */
const GIVES_COMMAND = /^(-[a-z]*c[a-z]*|\/c|--command(=.*)?)$/i;

/**
 * Returns the nearest process above a command that outlives it: an interactive shell, an agent, an editor;
 * else the parent. `above`: parent first.
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

/** Reports whether a shell is interactive. A shell that runs one command or a script ends with it. */
function isInteractive(options: readonly string[]): boolean {
  if (options.some((each) => /^-noexit$/i.test(each))) return true;
  for (let at = 0; at < options.length; at++) {
    const option = options[at] ?? "";
    if (TAKES_WORD.test(option)) at++;
    else if (GIVES_COMMAND.test(option) || !/^[-+]/.test(option)) return false;
  }
  return true;
}

/** Returns the usual name of a process: the program, or the script that an interpreter runs. */
export function nameOf({ args }: Process): string {
  const name = programOf(args);
  return ((INTERPRETERS.test(name) ? scriptOf(args) : undefined) ?? name) || "a process";
}

/**
 * Returns the program of a command line. Some programs write their whole title into the first word; a login
 * shell's name begins with a dash.
 */
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

/** Reports whether two processes are the same process. Without a start time, the process id decides. */
export function isSameProcess(
  one: Pick<Holder, "pid" | "host" | "started">,
  other: Pick<Holder, "pid" | "host" | "started">,
): boolean {
  const started = one.started === null || other.started === null || one.started === other.started;
  return one.pid === other.pid && one.host === other.host && started;
}

/**
 * Reports whether the holder file must be written: the holder differs, or the file is older than a minute.
 */
export function isHolderOutdated(
  before: { holder: Holder; last: string } | undefined,
  next: Holder,
): boolean {
  if (!before) return true;
  const { holder, last } = before;
  const same = isSameProcess(holder, next) && holder.worktree === next.worktree && holder.who === next.who;
  // Compares absolute differences: after a clock was set back, the file must still be written.
  return !same || Math.abs(Date.parse(next.at) - Date.parse(last)) > 60_000;
}

/**
 * Returns the current state of a holder: present while its process lives, or on another machine while its
 * last activity is recent. `running`: the process with this id now, on this machine.
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

/**
 * Returns text such as `held by claude, 2 minutes ago`, with folder and machine if they are not the reader's.
 */
export function holdingText(holding: Holding, seen: { host: string; now: string; worktree: string }): string {
  const { who, host, worktree, last, live } = holding;
  const machine = live && host !== seen.host ? ` on ${host}` : "";
  const folder = worktree === seen.worktree ? "" : ` in ${worktree}`;
  return `${live ? "held" : "last held"} by ${who}${machine}${folder}, ${age(last, seen.now)} ago`;
}
