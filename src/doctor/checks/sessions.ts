/** Checks session folders for damage, files set aside, locks of dead processes, and interrupted changes. */
import { readdir } from "node:fs/promises";
import path from "node:path";
import { sessionFolder } from "../../history/stored-session.ts";
import type { Place } from "../../place/place.ts";
import { withSessionFolder } from "../../record/change.ts";
import { parseContext } from "../../session/context.ts";
import { parseEvents } from "../../session/events/events.ts";
import { Failure } from "../../session/failure.ts";
import { branchOf } from "../../session/state.ts";
import { readThrough } from "../../store/journal/journal.ts";
import { readLock } from "../../store/journal/lock.ts";
import { loadSession } from "../../store/load.ts";
import { loadForWriting, saveSession } from "../../store/save.ts";
import { sessionFolders } from "../../store/sessions.ts";
import { defined } from "../../text/defined.ts";
import type { Check, Finding, Repair } from "../check.ts";

export const check: Check = {
  order: 70,
  examine: async (place) => {
    const folders = await sessionFolders(place.sessionsDir);
    const found = (await Promise.all(folders.map((folder) => checksOf(place, folder)))).flat();
    if (found.length > 0) return found;
    return [
      {
        name: "sessions",
        state: "ok",
        says: folders.length === 1 ? "1 session" : `${folders.length} sessions`,
      },
    ];
  },
};

/** Returns the findings of a session folder. An unreadable file is a finding, and stops no other check. */
async function checksOf(place: Place, folder: string): Promise<Finding[]> {
  try {
    return await sessionChecks(place, folder);
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error);
    const fix = error instanceof Failure ? error.hint : "check owner and permissions";
    return [{ name: nameOf(place, folder), state: "problem", says, ...defined({ fix }) }];
  }
}

function nameOf({ sessionsDir }: Place, folder: string): string {
  return `session ${path.relative(sessionsDir, folder) || "."}`;
}

async function sessionChecks(place: Place, folder: string): Promise<Finding[]> {
  const checks: Finding[] = [];
  const problem = (says: string, fix: string, state: Finding["state"] = "problem", repair?: Repair) =>
    checks.push({ name: nameOf(place, folder), state, says, fix, ...defined({ repair }) });
  const loaded = await loadSession(folder).catch(() => undefined);
  const repair = loaded && repairOf(place, folder, branchOf(loaded.state.context));
  const rebuild = repair ? "session doctor --fix" : "any change of the session rebuilds it from events.jsonl";
  const files = await readThrough(folder, ["context.json", "events.jsonl"]);
  const context = files.get("context.json");
  const parsed = context === undefined ? undefined : parseContext(context);
  if (!parsed) problem("context.json is damaged or missing", rebuild, "problem", repair);
  const lists = loaded?.damaged.keys() ?? [];
  for (const name of [...lists].filter((each) => each !== "context.json"))
    problem(`${name} is damaged`, rebuild, "problem", repair);
  const { damaged } = parseEvents(files.get("events.jsonl") ?? "");
  if (damaged > 0)
    problem(
      `${damaged} damaged lines in events.jsonl are skipped`,
      `look at ${path.join(folder, "events.jsonl")}`,
      "warning",
    );
  const names = await readdir(folder);
  const aside = names.filter((each) => each.includes(".corrupt-"));
  if (aside.length > 0)
    problem(
      `damaged files were set aside: ${aside.join(", ")}`,
      `copy what you need, then remove them from ${folder}`,
      "warning",
    );
  const lock = await readLock(folder);
  if (lock && !lock.alive)
    problem(
      `the lock of process ${lock.pid} on ${lock.host} is stale`,
      lock.here
        ? "the next command removes it"
        : `if that process is not running: rm ${path.join(folder, ".lock")}`,
      "warning",
      lock.here ? repair : undefined,
    );
  if (names.includes(".journal"))
    problem(
      "a change was interrupted",
      "the next command that changes the session finishes or reverts it",
      "warning",
      repair,
    );
  return checks;
}

/**
 * Returns the repair with which every change of a session begins: settle an interrupted change, and rebuild
 * damaged files.
 */
function repairOf(place: Place, folder: string, branch: string): Repair | undefined {
  if (sessionFolder(place, branch) !== folder) return undefined;
  return {
    does: "finish or revert interrupted changes, and rebuild damaged files from events.jsonl",
    files: [folder],
    run: () =>
      withSessionFolder(place, branch, async (_folder, lock) => {
        const session = await loadForWriting(folder, lock);
        if (session) await saveSession(session, session.state, [], lock);
      }),
  };
}
