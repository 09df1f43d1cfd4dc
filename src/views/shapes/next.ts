/** What to do next, as sentences with the command that does it, most useful first. */

import type { Blocker, Objective, RecordSource } from "../../session/session.ts";
import { currentObjective } from "../../session/state.ts";
import { defined } from "../../text/defined.ts";
import { markForeign } from "../../text/foreign-text.ts";
import { plural } from "../../text/plural.ts";
import { shellWord } from "../../text/shell.ts";

export interface NextInput {
  readonly recorded: boolean;
  /** Where the record comes from, and the command with which work goes on. */
  readonly source: RecordSource;
  readonly command: string;
  /** Id of a stored session that was this branch's under another name. */
  readonly offered?: string;
  /** Absent where HEAD is detached. */
  readonly branch?: string;
  readonly objectives: readonly Objective[];
  readonly blockers: readonly Blocker[];
  /** Command that finishes an operation of git. */
  readonly unfinished?: { readonly name: string; readonly finish: string };
  readonly staged: number;
  readonly changed: number;
  readonly untracked: number;
  readonly pendingDecisions: number;
  /** The newest failed check; `again`: its command may be offered for copying. */
  readonly failed?: { readonly command: string; readonly again: boolean };
  /** What is to be checked before the end and is not. */
  readonly unchecked: readonly string[];
  /** The newest note that says what is next, and how many commits were made after it. */
  readonly note?: { readonly text: string; readonly commits: number };
  readonly baseBranch?: string;
  /** A default branch, which holds the work of all sessions. */
  readonly isDefault?: boolean;
  /** Sessions to go on with from a default branch. */
  readonly active?: readonly { readonly title: string; readonly branch: string }[];
}

export interface NextStep {
  readonly what: string;
  readonly command?: string;
}

/** Returns what to do next. A failing check keeps commits and the end of the session out. */
export function nextSteps(input: NextInput): NextStep[] {
  const { unfinished, objectives, note } = input;
  const current = currentObjective(objectives);
  const isActive = current?.mark === "active";
  const noted = note === undefined ? [] : [noteStep(note)];
  return [
    ...(unfinished ? [{ what: `finish the ${unfinished.name}`, command: unfinished.finish }] : []),
    ...(input.recorded ? [] : beginning(input)),
    ...(note?.commits === 0 ? noted : []),
    ...(current && isActive ? [{ what: `continue ${current.id}: ${current.text}` }] : []),
    ...(note?.commits === 0 ? [] : noted),
    ...failing(input),
    ...blocking(input.blockers),
    ...(input.recorded && objectives.length === 0
      ? [{ what: "add an objective", command: 'session objectives add "..."' }]
      : []),
    ...committing(input),
    ...(current && !isActive
      ? [
          {
            what: `start ${current.id}: ${current.text}`,
            ...(input.recorded ? { command: `session objectives start ${current.id}` } : {}),
          },
        ]
      : []),
    ...(current ? [] : ending(input)),
  ];
}

/** A branch without a session of its own in this clone: take up the one that it carries, or begin one. */
function beginning({ offered, source, command, branch, isDefault, active = [] }: NextInput): NextStep[] {
  if (offered !== undefined)
    return [{ what: "resume the session of this branch", command: `session resume ${offered}` }];
  if (branch === undefined) return [{ what: "make a branch of this commit", command }];
  if (source.kind === "inherited") return [{ what: "start a session here, with what it inherits", command }];
  if (source.kind === "commits") return [{ what: "resume the session from its commits", command }];
  if (source.kind !== "guess") return [{ what: "resume the session of this branch", command }];
  if (!isDefault) return [{ what: "start a session here", command }];
  return [
    ...active.map((each) => ({
      what: `continue ${each.title}`,
      command: `session switch ${shellWord(each.branch)}`,
    })),
    { what: "start a session on a new branch", command },
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

/** A fact: only who removed the obstacle may close a blocker. */
function blocking(blockers: readonly Blocker[]): NextStep[] {
  const [first, ...more] = blockers.filter((each) => !each.resolved);
  if (!first) return [];
  const rest = more.length === 0 ? "" : `, and ${more.length} more`;
  return [{ what: `blocked by ${first.id}: ${first.text}${rest}` }];
}

function committing(input: NextInput): NextStep[] {
  const work = changes(input);
  if (!input.recorded || work === undefined || input.failed !== undefined) return [];
  return [{ what: `commit ${work}`, command: commitCommand(input) }];
}

/** Every objective is closed and everything is committed: what is left to check, then the end. */
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
  const merge = baseBranch === undefined ? "" : ` --merge-to ${shellWord(baseBranch)}`;
  return [{ what: "every objective is done", command: `session end${merge}` }];
}

/** What begins with a lower-case word reads like a command line; prose is checked by hand. */
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
