/** Holds the questions and reports of `init`. */
import type { HookReport } from "../../hooks/install.ts";
import type { Initialised, InitPlan } from "../../setup/init.ts";
import { shellWord } from "../../text/shell.ts";
import { signs } from "../signs.ts";
import { bold, dim, green } from "../style.ts";
import { HANG } from "../wrap.ts";

/** Returns lines about the languages and commands of the repository; none if no language was found. */
export function foundLines({ facts }: InitPlan): string[] {
  if (facts.languages.length === 0) return [];
  const commands = facts.commands.slice(0, 3).map((each) => each.command);
  return [
    `Found ${facts.languages.join(", ")}.`,
    ...(commands.length > 0 ? [`Commands: ${HANG}${commands.join(` ${signs().dot} `)}`] : []),
  ];
}

const part = (name: string, what: string, more: string) => [
  `${bold(name)}${" ".repeat(7 - name.length)}${HANG}${what}`,
  `${" ".repeat(7)}${HANG}${more}`,
];

/** Returns the lines about a part of `init`; printed before its question. */
export const PARTS = {
  files: (names: readonly string[]) =>
    part(
      "Files",
      names.join(", "),
      "Settings, drafts on this project, and the decision log. Commit them: the team shares them.",
    ),
  hooks: part(
    "Hooks",
    "A plain git commit then carries the session's trailers. Your own hooks still run.",
    "Only in this clone; session hooks uninstall restores everything.",
  ),
  agents: (names: readonly string[]) =>
    part(
      "Agents",
      `${names.join(", ")}: each reads the brief when it starts.`,
      "Writes its settings in this project, for everybody; session agents uninstall removes them.",
    ),
} as const;

interface Answers {
  /** False if the user refused the files. */
  readonly writes: boolean;
  /** True if git does not track the files of an earlier run. */
  readonly untracked: boolean;
  readonly installed: boolean;
  readonly committed: string | undefined;
}

/** Returns lines about what `init` did, and the commands to run next. */
export function initReport(
  done: Initialised,
  agentFiles: readonly string[],
  hooks: HookReport | undefined,
  { writes, untracked, installed, committed }: Answers,
): { readonly lines: string[]; readonly hints: string[] } {
  const written = [...done.written, ...agentFiles];
  const isLeft = written.length === 0 && writes && untracked;
  const drafts = (written.length > 0 || isLeft) && committed === undefined;
  const lacks = hooks !== undefined && !hooks.installed;
  const hints = [
    ...(writes ? [] : ["session init"]),
    ...(drafts ? [commitCommand(isLeft ? [".session/"] : written)] : []),
    ...(lacks ? ["session hooks install"] : []),
    'session start <branch> -o "what it is for"',
  ];
  const isDone = isLeft ? "Nothing to write" : "Nothing to do: this repository is set up";
  const nothing = `${writes ? isDone : "Nothing was written"}.`;
  const lines = [
    ...done.aside.map((each) => `${each.from} is kept as ${each.to}`),
    ...written.map((each) => `${green("+")} ${each}`),
    ...(hooks && (installed || !hooks.installed) ? hookLines(hooks) : []),
    ...(written.length === 0 && !installed ? [nothing] : []),
    ...(committed === undefined ? [] : [`Committed ${committed.slice(0, 8)}.`]),
    ...(drafts ? [dim("Read the drafts, correct them, then commit.")] : []),
  ];
  return { lines, hints };
}

function commitCommand(files: readonly string[]): string {
  const others = files.filter((each) => !each.startsWith(".session/"));
  const tops = [...(others.length < files.length ? [".session"] : []), ...others];
  // From the top of the work tree, so that the command works in each folder.
  const paths = tops.map((each) => shellWord(`:/${each}`)).join(" ");
  return `git add ${paths} && git commit -m "chore: set up session"`;
}

function hookLines({ installed, wanted, why }: HookReport): string[] {
  if (installed) return [`${green("+")} git hooks`];
  return [`Git hooks are not ${wanted ? "all " : ""}installed${why ? `: ${why}` : ""}.`];
}
