import type { Finding } from "../../doctor/check.ts";
import { hintLine } from "../../text/hint.ts";
import { signs } from "../signs.ts";
import { bold, dim, green, red, yellow } from "../style.ts";
import { HANG } from "../wrap.ts";

/** One line a check, and one more for what to do about it. */
export function checkLines(checks: readonly Finding[], emoji: boolean): string {
  return checks.map((check) => line(check, emoji)).join("\n");
}

/** Commands as hints, advice as it is. */
function fixLines(fix: string): string {
  const lines = fix.split("\n").map((each) => (/^(?:session|git|rm) /.test(each) ? hintLine(each) : each));
  return lines.map((each) => `    ${dim(each)}`).join("\n");
}

function line({ name, state, says, fix }: Finding, emoji: boolean): string {
  const symbol = {
    ok: green(emoji ? signs().done : "[ok]"),
    warning: yellow("!"),
    problem: red(emoji ? signs().failed : "[x]"),
  }[state];
  return `${symbol} ${bold(name)}  ${HANG}${says}${fix === undefined ? "" : `\n${fixLines(fix)}`}`;
}
