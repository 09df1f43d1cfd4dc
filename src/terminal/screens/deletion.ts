/** What goes and what stays, as lines. */
import { age } from "../../text/duration.ts";
import { bold, dim } from "../style.ts";

interface Shown {
  readonly id: string;
  readonly title: string;
  readonly branch: string;
  readonly state: string;
  readonly touched: string;
}

interface Plan {
  readonly going: readonly {
    readonly session: Shown;
    readonly children: readonly Shown[];
    readonly remote?: string;
  }[];
  readonly staying: readonly { readonly session: Shown; readonly why: string }[];
  readonly emptied?: readonly { readonly id: string; readonly title: string; readonly at: string }[];
}

/** `now`: ISO 8601. */
export function deletionLines({ going, staying, emptied = [] }: Plan, now: string): string[] {
  const line = ({ id, title, branch, state, touched }: Shown) =>
    `  ${bold(title)}  ${dim(`${id} · ${branch} · ${state} · ${age(touched, now)} ago`)}`;
  return [
    ...(going.length > 0 ? ["To be deleted:"] : []),
    ...going.flatMap(({ session, children, remote }) => [
      line(session),
      ...children.map((each) => dim(`    ${each.title} (${each.id}) came from it and stays`)),
      ...(remote === undefined ? [] : [dim(`    fetched from ${remote}: the next fetch brings it again`)]),
    ]),
    ...(emptied.length > 0 ? ["Deleted before, and now for good:"] : []),
    ...emptied.map(({ id, title, at }) => `  ${bold(title)}  ${dim(`${id} · deleted ${age(at, now)} ago`)}`),
    ...(staying.length > 0 ? ["Stays:"] : []),
    ...staying.map(({ session, why }) => `  ${bold(session.title)}  ${dim(`${session.id} · ${why}`)}`),
  ];
}
