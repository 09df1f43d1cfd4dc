/** What goes and what stays, as lines. */
import type { Cleanup } from "../../keeping/cleanup.ts";
import type { Deletion } from "../../keeping/delete.ts";
import type { KnownSession } from "../../record/resolve-session.ts";
import { age } from "../../text/duration.ts";
import { bold, dim } from "../style.ts";

/** `now`: ISO 8601. */
export function deletionLines(
  { going, staying, emptied = [], asides = [] }: Deletion & Partial<Cleanup>,
  now: string,
): string[] {
  const line = ({ id, title, branch, state, touched }: KnownSession) =>
    `  ${bold(title)}  ${dim(`${id} · ${branch} · ${state} · ${age(touched, now)} ago`)}`;
  return [
    ...(going.length > 0 ? ["Will delete:"] : []),
    ...going.flatMap(({ session, children, remote }) => [
      line(session),
      ...children.map((each) => dim(`    ${each.title} (${each.id}) came from it and stays`)),
      ...(remote === undefined ? [] : [dim(`    fetched from ${remote}: the next fetch brings it again`)]),
    ]),
    ...(emptied.length > 0 ? ["Deleted before, and now for good:"] : []),
    ...emptied.map(({ id, title, at }) => `  ${bold(title)}  ${dim(`${id} · deleted ${age(at, now)} ago`)}`),
    ...(asides.length > 0 ? ["Kept aside after an interrupted command, and now for good:"] : []),
    ...asides.map(({ folder, at }) => `  ${folder}  ${dim(`${age(at, now)} ago`)}`),
    ...(staying.length > 0 ? ["Will keep:"] : []),
    ...staying.map(({ session, why }) => `  ${bold(session.title)}  ${dim(`${session.id} · ${why}`)}`),
  ];
}
