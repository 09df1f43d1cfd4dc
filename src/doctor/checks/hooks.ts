/** Reports hooks that are missing, outdated or deleted, a moved program, and errors inside hooks. */

import path from "node:path";
import { scriptsDir } from "../../hooks/files.ts";
import { type HookReport, hooksStatus, installHooks } from "../../hooks/install.ts";
import { beforeName } from "../../hooks/plan.ts";
import type { Place } from "../../place/place.ts";
import { defined } from "../../text/defined.ts";
import { shellWord } from "../../text/shell.ts";
import type { Check, Finding, Repair } from "../check.ts";

/** Number of lines of the hooks' log to show. */
const SHOWN = 3;

export const check: Check = {
  order: 100,
  examine: async (place) => {
    const report = await hooksStatus(place);
    const found = [...standing(report), ...program(report)];
    return [
      ...found.map((each) => ({ ...each, ...defined({ repair: repairOf(place, report, each) }) })),
      ...failures(report),
    ];
  },
};

/**
 * Returns a repair that installs deleted, outdated or replaced hooks again, if the user wanted them and the
 * folder belongs to this clone.
 */
function repairOf(
  place: Place,
  { how, wanted, hooks, folder }: HookReport,
  { state, fix }: Finding,
): Repair | undefined {
  const isOurs = wanted && (how === "files" || how === "configuration");
  if (!isOurs || state === "ok" || fix !== INSTALL) return undefined;
  const at = path.resolve(place.repository.root, folder);
  return {
    does: "install the git hooks again",
    files: [
      scriptsDir(place.sessionsDir),
      ...(how === "configuration" ? [path.join(place.repository.commonDir, "config")] : []),
      ...hooks.flatMap(({ name, file }) => [path.join(at, file), path.join(at, beforeName(name))]),
    ],
    run: () => installHooks(place),
  };
}

const INSTALL = "session hooks install";

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
  if (!wanted) return check("warning", "not installed: plain git commits carry no trailers", INSTALL);
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
  return check("warning", what, stuck ?? INSTALL);
}

const WORDS: Readonly<Record<string, string>> = {
  missing: "is gone",
  outdated: "has another version",
  taken: "was replaced by another hook",
};

function program({ program }: HookReport): Finding[] {
  return (program?.missing ?? []).map((file) => ({
    name: "hooks",
    state: "problem",
    says: `hooks start ${file}, which is gone`,
    fix: INSTALL,
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
      fix: `rm ${shellWord(log.file)}`,
    },
  ];
}

function names(hooks: HookReport["hooks"]): string {
  return hooks.map((each) => each.name).join(", ");
}
