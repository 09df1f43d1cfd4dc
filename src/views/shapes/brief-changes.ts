/** Compares a brief with the items of an earlier brief. Pure: the callers store the earlier items. */

import { defined } from "../../text/defined.ts";
import { markForeign, withoutMarks } from "../../text/foreign-text.ts";
import type { BriefView } from "./session-views.ts";

/** Items of a brief, as one line of text for each stable key. */
export type BriefItems = Readonly<Record<string, string>>;

/** Lines about items that were added, changed or removed since an earlier brief. */
export interface BriefChanges {
  readonly session: BriefView["session"];
  /** Short id of the commit at which the earlier brief was made. */
  readonly given?: string;
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly gone: readonly string[];
}

const MAX_LINE = 200;

/** Returns the items of a brief whose changes interest a reader of an earlier brief. */
export function briefItems(view: BriefView): BriefItems {
  const said: Record<string, string> = {};
  const put = (key: string, line: string) => {
    said[withoutMarks(key).slice(0, MAX_LINE)] = line.slice(0, MAX_LINE);
  };
  for (const each of view.objectives)
    if (each.id !== "guess") put(`objective ${each.id}`, `${each.mark}: ${each.text}`);
  for (const each of view.blockers) put(`blocker ${each.id}`, each.text);
  for (const each of view.decisions)
    put(
      `decision ${each.id}`,
      `${each.reverted === undefined ? "" : `reverted by ${each.reverted}: `}${each.text}`,
    );
  for (const each of view.work)
    put(
      `commit ${each.commit}`,
      `${each.reverted === undefined ? "" : `reverted by ${each.reverted}: `}${each.subject}`,
    );
  for (const each of view.upstream) put(`commit ${each.commit} on the base`, each.subject);
  for (const each of view.related) put(`decision ${each.commit} ${each.id} of others`, each.text);
  for (const each of view.verified)
    put(`check ${each.command}`, `${each.result}${each.stale === undefined ? "" : `, ${each.stale}`}`);
  const { tests, build } = view.results;
  if (tests) put("tests", `${tests.passed} passed, ${tests.failed} failed, ${tests.skipped} skipped`);
  if (build) put(`build${build.commit === undefined ? "" : ` of ${build.commit}`}`, build.status);
  for (const each of view.issues) put(`issue ${each.id}`, each.closes ? "a commit closes it" : "");
  for (const each of view.dirty) put(`not committed: ${each.path}`, each.change);
  for (const each of view.annotations) put(`${each.tag} in ${each.path}: ${each.text}`, each.text);
  for (const each of view.notes) put(`note: ${each.text}`, each.when?.slice(0, 10) ?? "");
  for (const each of view.warnings) put(`warning: ${each}`, "");
  if (view.handoff)
    put(
      "handoff",
      `${view.handoff.when.slice(0, 10)}${view.handoff.taken ? `, acknowledged by ${view.handoff.taken.by}` : ""}`,
    );
  return said;
}

/** Compares a brief with the items and the commit of an earlier brief. */
export function briefChanges(
  view: BriefView,
  before: { readonly said: BriefItems; readonly commit?: string },
): BriefChanges {
  const now = briefItems(view);
  const line = (key: string, text: string) =>
    text === "" ? markForeign(key) : `${markForeign(key)}: ${text}`;
  const keys = Object.keys(now);
  return {
    session: view.session,
    ...defined({ given: before.commit }),
    added: keys.filter((key) => before.said[key] === undefined).map((key) => line(key, now[key] ?? "")),
    changed: keys
      .filter((key) => before.said[key] !== undefined && before.said[key] !== now[key])
      .map((key) => line(key, now[key] ?? "")),
    gone: Object.keys(before.said)
      .filter((key) => now[key] === undefined)
      .map((key) => markForeign(key)),
  };
}
