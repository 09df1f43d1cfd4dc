/** Hooks that are missing, out of date or gone, a program that moved, and what failed inside hooks. */

import { type HookReport, hooksStatus } from "../../hooks/hooks.ts";
import { defined } from "../../text/defined.ts";
import { word } from "../../text/shell.ts";
import type { Check, Finding } from "../check.ts";

/** How many lines of the hooks' log are shown. */
const SHOWN = 3;

export const check: Check = {
  order: 100,
  examine: async (place) => {
    const report = await hooksStatus(place);
    return [...standing(report), ...program(report), ...failures(report)];
  },
};

function standing(report: HookReport): Finding[] {
  const { how, why = "", wanted, installed, hooks } = report;
  const check = (state: Finding["state"], says: string, fix?: string): Finding[] => [
    { name: "hooks", state, says, ...defined({ fix }) },
  ];
  if (how === "off") return check("ok", why);
  const off = hooks.filter((each) => each.state === "off");
  if (installed && off.length > 0)
    return check(
      "warning",
      `${names(off)}: ${off[0]?.why}`,
      "git config --show-origin --get-regexp '^hook[.]'",
    );
  if (installed) return check("ok", "installed");
  if (!wanted)
    return check("warning", "not installed: plain git commits carry no trailers", "session hooks install");
  if (how === "lines") {
    const uncalled = names(hooks.filter((each) => each.action === "ask"));
    return check(
      "warning",
      `${why}, and ${uncalled} do not call session`,
      "session hooks install shows the lines",
    );
  }
  const bad = hooks.filter((each) => ["missing", "outdated", "taken"].includes(each.state));
  const what = bad.map(({ name, state }) => `${name} ${WORDS[state]}`).join(", ");
  const stuck = bad.find((each) => each.why !== undefined)?.why;
  return check("warning", what, stuck ?? "session hooks install");
}

const WORDS: Readonly<Record<string, string>> = {
  missing: "is gone",
  outdated: "is of another version",
  taken: "was replaced by something else",
};

function program({ program }: HookReport): Finding[] {
  return (program?.missing ?? []).map((file) => ({
    name: "hooks",
    state: "problem",
    says: `hooks start ${file}, which is gone`,
    fix: "session hooks install",
  }));
}

function failures({ log }: HookReport): Finding[] {
  if (log.lines.length === 0) return [];
  const last = log.lines.slice(-SHOWN).join("; ");
  const count = log.lines.length === 1 ? "1 failure" : `${log.lines.length} failures`;
  return [
    {
      name: "hooks",
      state: "warning",
      says: `${count} inside hooks, the last: ${last}`,
      fix: `when that is dealt with: rm ${word(log.file)}`,
    },
  ];
}

function names(hooks: HookReport["hooks"]): string {
  return hooks.map((each) => each.name).join(", ");
}
