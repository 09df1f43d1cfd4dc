/** Chooses next steps, each as a sentence with its command. Pure: the input contains all facts. */

import { currentObjective } from "../../session/progress.ts";
import type { Blocker, Objective, RecordSource } from "../../session/session.ts";
import { defined } from "../../text/defined.ts";
import { markForeign } from "../../text/foreign-text.ts";
import { plural } from "../../text/plural.ts";
import { shellWord } from "../../text/shell.ts";

/** Facts that decide the next steps. */
export interface NextInput {
  readonly recorded: boolean;
  /** Source of the record, and the command that starts or resumes the session. */
  readonly source: RecordSource;
  readonly command: string;
  /** Id of a stored session whose branch was renamed to this branch. */
  readonly offered?: string;
  /** Name of the branch; absent if HEAD is detached. */
  readonly branch?: string;
  readonly objectives: readonly Objective[];
  readonly blockers: readonly Blocker[];
  /** An unfinished git operation or switch, and the command that finishes it. */
  readonly unfinished?: { readonly name: string; readonly finish: string };
  /** Number of files with conflicts. */
  readonly unmerged: number;
  readonly staged: number;
  readonly changed: number;
  readonly untracked: number;
  /** Paths of moved submodules, which only the user stages. */
  readonly submodules: readonly string[];
  readonly pendingDecisions: number;
  /** The newest failed check. `again`: true if its command is safe to offer. */
  readonly failed?: { readonly command: string; readonly again: boolean };
  /** Open entries of the checklist. */
  readonly unchecked: readonly string[];
  /** The newest note that begins with "next", and the number of later commits. */
  readonly note?: { readonly text: string; readonly commits: number };
  readonly baseBranch?: string;
  /** The rebase that comes before the end, because the base was merged. */
  readonly rebase?: { readonly onto: string };
  /** True for a default branch without a session. */
  readonly isDefault?: boolean;
  /** Active sessions that the user can continue from a default branch, each with the command for it. */
  readonly active?: readonly { readonly title: string; readonly command: string }[];
}

/** A step to do next. `what` may contain foreign text, marked. */
export interface NextStep {
  readonly what: string;
  readonly command?: string;
}

/** The next step on a branch after all of its commits were merged into its base. */
export const START_ON_NEW_BRANCH: NextStep = {
  what: "start a session on a new branch",
  command: "session start <new-branch>",
};

/**
 * Returns next steps, most useful first. During an unfinished operation or with conflicts, omits commands
 * that then refuse: a commit, the end, another session. While a check fails, offers neither commit nor end.
 */
export function nextSteps(input: NextInput): NextStep[] {
  const { objectives, note } = input;
  const isFree = input.unfinished === undefined && input.unmerged === 0;
  const current = currentObjective(objectives);
  const isActive = current?.mark === "active";
  const noted = note === undefined ? [] : [noteStep(note)];
  return [
    ...finishing(input),
    ...(isFree && !input.recorded ? beginning(input) : []),
    ...(note?.commits === 0 ? noted : []),
    ...(current && isActive ? [{ what: `continue ${current.id}: ${current.text}` }] : []),
    ...(note?.commits === 0 ? [] : noted),
    ...failing(input),
    ...blocking(input.blockers),
    ...(input.recorded && objectives.length === 0
      ? [{ what: "add an objective", command: 'session objectives add "..."' }]
      : []),
    ...(isFree ? committing(input) : []),
    ...(current && !isActive
      ? [
          {
            what: `start ${current.id}: ${current.text}`,
            ...(input.recorded ? { command: `session objectives start ${current.id}` } : {}),
          },
        ]
      : []),
    ...(isFree && !current ? ending(input) : []),
  ];
}

/** Returns the step that must come before any commit. An operation's own command names open conflicts. */
function finishing({ unfinished, unmerged }: NextInput): NextStep[] {
  if (unfinished) return [{ what: `finish the ${unfinished.name}`, command: unfinished.finish }];
  if (unmerged === 0) return [];
  return [{ what: `resolve ${plural(unmerged, "file")} with conflicts`, command: "git add <file>" }];
}

/**
 * Returns steps for a branch without a session in this clone: resume the session in its commits, or start a
 * session.
 */
function beginning({ offered, source, command, branch, isDefault, active = [] }: NextInput): NextStep[] {
  if (offered !== undefined)
    return [{ what: "resume the session of this branch", command: `session resume ${offered}` }];
  if (branch === undefined) return [{ what: "make a branch of this commit", command }];
  if (source.kind === "inherited")
    return [{ what: "start a session here, which inherits open items", command }];
  if (source.kind === "commits") return [{ what: "resume the session from its commits", command }];
  if (source.kind !== "guess") return [{ what: "resume the session of this branch", command }];
  if (!isDefault) return [{ what: "start a session here", command }];
  return [
    ...active.map(({ title, command: back }) => ({ what: `continue ${title}`, command: back })),
    { ...START_ON_NEW_BRANCH, command },
  ];
}

function noteStep({ text, commits }: { text: string; commits: number }): NextStep {
  return { what: commits === 0 ? text : `${text} (noted ${plural(commits, "commit")} ago)` };
}

function failing({ failed }: NextInput): NextStep[] {
  if (failed === undefined) return [];
  const command = failed.again ? checkCommand(failed.command) : undefined;
  return [{ what: `a check fails: ${markForeign(failed.command)}`, ...defined({ command }) }];
}

/** Names the first blocker without a command: only a person who removed the obstacle can resolve it. */
function blocking(blockers: readonly Blocker[]): NextStep[] {
  const [first, ...more] = blockers.filter((each) => !each.resolved);
  if (!first) return [];
  const rest = more.length === 0 ? "" : `, and ${more.length} more`;
  return [{ what: `blocked by ${first.id}: ${first.text}${rest}` }];
}

function committing(input: NextInput): NextStep[] {
  const work = changes(input);
  const { recorded, failed, submodules } = input;
  if (!recorded || failed !== undefined) return [];
  if (work !== undefined) return [{ what: `commit ${work}`, command: commitCommand(input) }];
  if (submodules.length === 0) return [];
  const command = `git add ${submodules.map(shellWord).join(" ")}`;
  return [{ what: `stage ${plural(submodules.length, "moved submodule")}`, command }];
}

/**
 * Returns steps for open checklist entries, then for the end, if all objectives are closed and all work is
 * committed.
 */
function ending(input: NextInput): NextStep[] {
  const { recorded, objectives, failed, baseBranch } = input;
  if (!recorded || objectives.length === 0 || failed !== undefined || changes(input) !== undefined) return [];
  const [first, ...more] = input.unchecked;
  if (first !== undefined)
    return [
      {
        what: `check: ${markForeign(first)}${more.length > 0 ? `, and ${more.length} more` : ""}`,
        command: checkCommand(first),
      },
    ];
  // A warning names the command of the rebase.
  if (input.rebase) return [{ what: `rebase onto ${markForeign(input.rebase.onto)}, then end the session` }];
  const merge = baseBranch === undefined ? "" : ` --merge-to ${shellWord(baseBranch)}`;
  return [{ what: "every objective is done", command: `session end${merge}` }];
}

/**
 * Returns the command that verifies a check. A check that begins with a lower-case word counts as a command.
 */
function checkCommand(check: string): string {
  const how = /^[a-z0-9_./-]+(\s|$)/.test(check) ? "--run" : "--result passed";
  return `session verify ${shellWord(check)} ${how}`;
}

function changes(input: NextInput): string | undefined {
  if (input.staged > 0) return plural(input.staged, "staged file");
  if (input.changed > 0) return plural(input.changed, "changed file");
  if (input.untracked > 0) return plural(input.untracked, "untracked file");
  if (input.pendingDecisions > 0) return plural(input.pendingDecisions, "decision");
  return undefined;
}

function commitCommand(input: NextInput): string {
  if (input.staged === 0 && input.changed === 0 && input.untracked > 0) return "session checkpoint -A";
  if (input.staged === 0 && input.changed === 0) return "session checkpoint --allow-empty";
  return 'session checkpoint -m "..."';
}
