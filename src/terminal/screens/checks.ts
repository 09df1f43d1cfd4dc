import { bold, dim, green, red, yellow } from "../style.ts";

interface Check {
  readonly name: string;
  readonly state: "ok" | "warning" | "problem";
  readonly says: string;
  readonly fix?: string;
}

/** One line a check, and one more for what to do about it. */
export function checkLines(checks: readonly Check[], emoji: boolean): string {
  return checks.map((check) => line(check, emoji)).join("\n");
}

function line({ name, state, says, fix }: Check, emoji: boolean): string {
  const symbol = { ok: green(emoji ? "✓" : "[ok]"), warning: yellow("!"), problem: red(emoji ? "✗" : "[x]") }[
    state
  ];
  return `${symbol} ${bold(name)}  ${says}${fix === undefined ? "" : `\n    ${dim(fix)}`}`;
}
