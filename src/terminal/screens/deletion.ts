/** Formats the plan of a deletion or cleanup: the parts to remove and to keep. */
import type { Cleanup } from "../../keeping/cleanup.ts";
import type { Deletion } from "../../keeping/delete.ts";
import type { KnownSession } from "../../record/known-sessions.ts";
import { age } from "../../text/time/duration.ts";
import { facts } from "../signs.ts";
import { bold, dim } from "../style.ts";

/** Returns the removed and kept parts as lines. `now`: ISO 8601. */
export function deletionLines(
  { going, staying, emptied = [], asides = [] }: Deletion & Partial<Cleanup>,
  now: string,
): string[] {
  const line = ({ id, title, branch, state, touched }: KnownSession) =>
    `  ${bold(title)}  ${dim(facts([branch, state, `${age(touched, now)} ago`, id]))}`;
  return [
    ...(going.length > 0 ? ["Will delete:"] : []),
    ...going.flatMap(({ session, children, remote }) => [
      line(session),
      ...children.map((each) => dim(`    its child ${each.title} is kept (${each.id})`)),
      ...(remote === undefined ? [] : [dim(`    fetched from ${remote}: the next fetch brings it again`)]),
    ]),
    ...(emptied.length > 0 ? ["Will delete for good, from the trash:"] : []),
    ...emptied.map(
      ({ id, title, at }) => `  ${bold(title)}  ${dim(facts([`deleted ${age(at, now)} ago`, id]))}`,
    ),
    ...(asides.length > 0 ? ["Will delete for good, set aside after an interrupted command:"] : []),
    ...asides.map(({ folder, at }) => `  ${folder}  ${dim(`${age(at, now)} ago`)}`),
    ...(staying.length > 0 ? ["Will keep:"] : []),
    ...staying.map(({ session, why }) => `  ${bold(session.title)}  ${dim(facts([why, session.id]))}`),
  ];
}
