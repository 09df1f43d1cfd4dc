import type { StatusView } from "../model/views.ts";
import { shortStatus } from "./status.ts";
import { bold, cyan } from "./style.ts";

/** Where a session stands, in two lines: the answer, and what is next. */
export function switchLines(status: StatusView, emoji: boolean): string {
  const [next] = status.next;
  const command = next?.command === undefined ? "" : `  ${cyan(next.command)}`;
  return [shortStatus(status, emoji), ...(next ? [`${bold("Next")}  ${next.what}${command}`] : [])].join(
    "\n",
  );
}
