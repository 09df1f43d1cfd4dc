import type { Finding } from "../../doctor/check.ts";
import { bold, dim, green, red, yellow } from "../style.ts";

/** One line a check, and one more for what to do about it. */
export function checkLines(checks: readonly Finding[], emoji: boolean): string {
  return checks.map((check) => line(check, emoji)).join("\n");
}

function line({ name, state, says, fix }: Finding, emoji: boolean): string {
  const symbol = { ok: green(emoji ? "✓" : "[ok]"), warning: yellow("!"), problem: red(emoji ? "✗" : "[x]") }[
    state
  ];
  return `${symbol} ${bold(name)}  ${says}${fix === undefined ? "" : `\n    ${dim(fix)}`}`;
}
