import type { StatusView } from "../../views/shapes/views.ts";
import { bold, cyan } from "../style.ts";
import { shortStatus } from "./status.ts";

/** Where a session stands, in two lines: the answer, and what is next. */
export function switchLines(status: StatusView, emoji: boolean): string {
  const [next] = status.next;
  const command = next?.command === undefined ? "" : `  ${cyan(next.command)}`;
  return [shortStatus(status, emoji), ...(next ? [`${bold("Next")}  ${next.what}${command}`] : [])].join(
    "\n",
  );
}
