import type { StatusView } from "../../../views/shapes/session-views.ts";
import { bold, cyan } from "../../style.ts";
import { HANG } from "../../wrap.ts";
import { shortStatus } from "./status.ts";

/** Returns the status of a session and its next step, in two or three lines. */
export function switchLines(status: StatusView, emoji: boolean): string {
  const [next] = status.next;
  const command = next?.command === undefined ? [] : [`      ${cyan(next.command)}`];
  return [
    shortStatus(status, emoji),
    ...(next ? [`${bold("Next")}  ${HANG}${next.what}`, ...command] : []),
  ].join("\n");
}
