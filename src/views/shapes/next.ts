/** What to do next, as sentences with the command that does it, most useful first. */

import type { Blocker, Objective } from "../../session/session.ts";
import type { RecordSource } from "../../session/source.ts";
import { currentObjective } from "../../session/state.ts";
import { defined } from "../../text/defined.ts";
import { plural } from "../../text/plural.ts";
import { word } from "../../text/shell.ts";
import { quoted } from "../../text/visible.ts";

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
  readonly failed?: string;
  /** What is to be checked before the end and is not. */
  readonly unchecked: readonly string[];
  readonly baseBranch?: string;
}

export interface NextStep {
  readonly what: string;
  readonly command?: string;
}

export function nextSteps(input: NextInput): NextStep[] {
  const steps: NextStep[] = [];
  if (input.unfinished)
    steps.push({ what: `finish the ${input.unfinished.name}`, command: input.unfinished.finish });
  if (!input.recorded) steps.push(firstStep(input));
  if (input.failed !== undefined) steps.push({ what: `a check fails: ${quoted(input.failed)}` });
  const current = currentObjective(input.objectives);
  const work = changes(input);
  if (input.recorded && input.objectives.length === 0) {
    steps.push({ what: "say what this session is for", command: 'session objectives add "…"' });
  }
  if (current) {
    const verb = current.mark === "active" ? "go on with" : "start";
    const isNew = input.recorded && current.mark !== "active";
    const command = isNew ? `session objectives start ${current.id}` : undefined;
    steps.push({
      what: `${verb} ${current.id}: ${current.text}`,
      ...defined({ command }),
    });
  }
  if (input.recorded && work !== undefined)
    steps.push({ what: `commit ${work}`, command: commitCommand(input) });
  const waiting = input.blockers.filter((each) => !each.resolved);
  if (waiting[0])
    steps.push({
      what: `resolve ${waiting[0].id}: ${waiting[0].text}`,
      command: `session blockers resolve ${waiting[0].id}`,
    });
  const over = input.recorded && input.objectives.length > 0 && !current && work === undefined;
  if (over && input.unchecked[0] !== undefined) {
    const [first, ...more] = input.unchecked;
    steps.push({
      what: `check: ${quoted(first)}${more.length > 0 ? `, and ${more.length} more` : ""}`,
      command: `session verify ${word(first)}`,
    });
  } else if (over) {
    const merge = input.baseBranch === undefined ? "" : ` --merge-to ${word(input.baseBranch)}`;
    steps.push({ what: "every objective is done", command: `session end${merge}` });
  }
  return steps;
}

/** Without a session of its own in this clone, a branch needs one before anything can be recorded. */
function firstStep({ offered, branch, source, command }: NextInput): NextStep {
  if (offered !== undefined)
    return { what: "take up the session of this branch", command: `session resume ${offered}` };
  if (branch === undefined) return { what: "make a branch of this commit", command };
  if (source.kind === "guess") return { what: "start a session here", command };
  if (source.kind === "inherited") return { what: "start a session here, with what it inherits", command };
  if (source.kind === "commits") return { what: "take up the session of its commits", command };
  return { what: "take up the session of this branch", command };
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
  return 'session checkpoint -m "…"';
}
