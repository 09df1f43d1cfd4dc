import type { Command } from "@commander-js/extra-typings";
import type { About, Call } from "../cli/command.ts";
import { requireConfirmed } from "../cli/confirm-deletion.ts";
import { ALLOW, YES } from "../cli/options.ts";
import type { Finding } from "../doctor/check.ts";
import { examine } from "../doctor/examine.ts";
import type { Place } from "../place/place.ts";
import { checkLines, perfLines } from "../terminal/screens/checks.ts";
import { plural } from "../text/plural.ts";

export const about: About = {
  name: "doctor",
  group: "Set up",
  order: 60,
  pager: true,
  summary: "Check the setup and the store, and repair them with --fix",
  description:
    "Checks git, identity, settings, the session store, snapshots and git hooks. Changes nothing without --fix; exits with 1 if something is wrong.",
  examples: [
    ["session doctor", "list problems and their fixes"],
    ["session doctor --fix --dry-run", "preview repairs"],
    ["session doctor --fix", "repair, after asking"],
    ["session doctor --undo", "undo the last repairs"],
    ["session doctor --perf", "compare the speed of everyday commands with git's"],
  ],
};

export function define(command: Command): void {
  command
    .option(...ALLOW)
    .option("--fix", "make every safe repair")
    .option("-n, --dry-run", "show the repairs of --fix without making them")
    .option(...YES)
    .option("--undo", "undo the last repairs")
    .option("--perf", "show the speed of everyday commands, and what slows them")
    .does(async (call, options) => {
      const { out } = call;
      const place = await call.place({ silent: true });
      if (options.undo) return undone(call, place);
      if (options.perf) return timed(call, place);
      const checks = await examine(place);
      if (options.fix) return fixed(call, place, checks, options);
      out.screen(checkLines(checks, out.emoji), checks.map(findingValue));
      return exitOf(checks);
    });
}

async function fixed(
  { out }: Call,
  place: Place,
  checks: readonly Finding[],
  { dryRun = false, yes = false }: { dryRun?: boolean; yes?: boolean },
): Promise<number> {
  const { repairAll, repairsOf } = await import("../doctor/repair.ts");
  const repairs = repairsOf(checks);
  const plan = repairs.map(({ name, repair: { does } }) => ({ name, does }));
  const lines = plan.map(({ name, does }) => `  ${name}: ${does}`);
  if (repairs.length === 0 || dryRun) {
    const value = { checks: checks.map(findingValue), plan, repaired: [] };
    if (repairs.length === 0) out.none("Nothing to repair.", value);
    else out.screen(["Will repair:", ...lines], value);
    return exitOf(checks);
  }
  if (!yes && !out.json) out.say(["Will repair:", ...lines].join("\n"));
  await requireConfirmed(`Make ${plural(repairs.length, "repair")}?`, yes, lines, "nothing was repaired");
  const repaired = await repairAll(place, repairs);
  const after = await examine(place);
  const done = repaired.map(
    ({ name, does, failed }) => `${name}: ${failed === undefined ? does : `not repaired: ${failed}`}`,
  );
  const wrong = after.filter((each) => each.state !== "ok");
  out.done([...done, ...(wrong.length > 0 ? [checkLines(wrong, out.emoji)] : [])].join("\n"), {
    checks: after.map(findingValue),
    plan,
    repaired,
  });
  out.hint("session doctor --undo");
  return exitOf(after);
}

/** Runs per command: enough for a median, few enough for a waiting user. */
const RUNS = 3;

async function timed({ out }: Call, place: Place): Promise<number> {
  const { measurePerformance } = await import("../doctor/perf/measure.ts");
  const found = await measurePerformance(place, RUNS);
  out.data(perfLines(found, out.width), found);
  return 0;
}

async function undone({ out }: Call, place: Place): Promise<number> {
  const { undoRepairs } = await import("../doctor/repair.ts");
  const { restored, stays } = await undoRepairs(place);
  for (const file of stays) out.warn(`${file} was changed since and is kept`);
  out.done(`Undid the last repairs: ${plural(restored.length, "path")}.`, { restored, stays });
  return stays.length > 0 ? 1 : 0;
}

const exitOf = (checks: readonly Finding[]) => (checks.some((check) => check.state === "problem") ? 1 : 0);

function findingValue({ repair, ...check }: Finding) {
  return { ...check, ...(repair ? { repair: repair.does } : {}) };
}
