/** Prints progress and the results of pushes and pulls, for the commands that use a remote. */

import { setFlagsFromString } from "node:v8";
import { oneLine } from "../render/escape-markdown.ts";
import type { Pulled } from "../sharing/pull.ts";
import { type PushResult, saidBy } from "../sharing/push.ts";
import type { Interaction } from "../sharing/remote.ts";
import type { Output } from "../terminal/output.ts";
import { progressLine } from "../terminal/progress.ts";
import { canAsk } from "../terminal/prompt.ts";
import type { SharingRow } from "../terminal/screens/sharing.ts";
import { defined } from "../text/defined.ts";
import { splitHints, withHint } from "../text/hint.ts";

/** Runs an action that may ask for a password on the terminal, and shows git's progress on it. */
export async function withRemote<T>(out: Output, action: (company: Interaction) => Promise<T>): Promise<T> {
  const line = progressLine(out.quiet || out.json);
  // Collects garbage early: thousands of sessions would fill the memory, and the process mostly waits for
  // git.
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--heap-growing-percent=20");
  try {
    return await action({
      asks: canAsk() ? "person" : "script",
      ...(line === undefined ? {} : { progress: line.show }),
    });
  } finally {
    line?.clear();
  }
}

/** Returns the pushed sessions, without the refused ones, as rows of the table. */
export function sentRows(sent: readonly PushResult[]): SharingRow[] {
  return sent
    .filter((each) => each.outcome !== "refused")
    .map(({ id, branch, title, outcome, merged }) => ({
      id,
      branch,
      title: oneLine(title),
      what: merged ? "merged" : outcome,
    }));
}

/** Returns the rows of sessions that changed in this clone or on the remote. */
export function changedRows(rows: readonly SharingRow[]): SharingRow[] {
  return rows.filter((each) => each.what !== "same");
}

/** Reports sessions that the remote refused. Returns the exit code: 1 if it refused any. */
export function sayRefused(out: Output, sent: readonly PushResult[]): number {
  const refused = sent.filter((each) => each.outcome === "refused");
  for (const { id, reason } of refused.slice(0, 20)) out.warn(`the remote refused ${id}: ${reason}`);
  if (refused.length > 20) out.warn(`and ${refused.length - 20} more`);
  const said = saidBy(refused);
  if (said !== "") out.say(said.replace(/^/gm, "  "));
  return refused.length > 0 ? 1 : 0;
}

/** Returns a pushed session as JSON data. */
export function sentValue({ id, title, branch, outcome, merged, commit, reason, said }: PushResult) {
  return { id, title, branch, outcome, merged, commit: commit ?? null, ...defined({ reason, said }) };
}

/** Returns the pulled sessions as rows of the table. */
export function pulledRows({ united }: Pulled): SharingRow[] {
  return united
    .filter((each) => each.outcome !== "skipped")
    .map(({ id, branch, title, outcome }) => ({ id, branch, title: oneLine(title), what: outcome }));
}

/** Reports what a pull left out, could not fetch, noted, or found deleted on the remote. */
export function sayPulled(out: Output, remote: string, pulled: Pulled): void {
  const skipped = pulled.united.filter((each) => each.outcome === "skipped");
  for (const { id, reason } of skipped.slice(0, 20)) out.warn(`skipped ${id}: ${reason}`);
  if (skipped.length > 20) out.warn(`and ${skipped.length - 20} more were skipped`);
  for (const each of pulled.problems.slice(0, 20)) out.warn(`not fetched: ${each}`);
  for (const { id, notes } of pulled.united)
    for (const note of notes) {
      const { sentence, commands } = splitHints(note);
      out.say(`${id}: ${oneLine(sentence)}`);
      for (const each of commands) out.hint(each);
    }
  if (pulled.gone.length > 0)
    out.say(`${remote} no longer has ${some(pulled.gone)}. This clone keeps ${them(pulled.gone)}.`);
  if (pulled.deleted.length > 0)
    out.say(
      withHint(
        `Skipped, deleted in this clone: ${some(pulled.deleted)}.`,
        `session restore ${pulled.deleted[0]}`,
      ),
    );
}

/** Returns the result of a pull as JSON data. */
export function pulledValue({ united, same, gone, deleted, problems }: Pulled) {
  return { sessions: united, same, gone, deleted, problems };
}

const them = (ids: readonly string[]) => (ids.length === 1 ? "it" : "them");

/** Returns ids as one text: the first five, and the number of the others. */
export function some(ids: readonly string[]): string {
  return ids.length <= 5 ? ids.join(", ") : `${ids.slice(0, 5).join(", ")} and ${ids.length - 5} more`;
}
