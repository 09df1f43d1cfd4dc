/** Answers about a whole clone, given again as long as nothing that they depend on has changed. */

import { type BigIntStats, existsSync, lstatSync, readdirSync } from "node:fs";
import path from "node:path";
import { ask, REFS_QUERY, SETTINGS_QUERY } from "../git/read.ts";
import { mailmapFiles } from "../git/settings.ts";
import type { Place } from "../place/place.ts";
import { sessionsAtWork } from "../record/runs.ts";
import { readCache, writeCache } from "../store/cache.ts";
import { clock, environment } from "../surroundings.ts";
import { version } from "../version.ts";
import { decodeAnswer, encodeAnswer } from "./counting/encode.ts";
import { fingerprint } from "./counting/history.ts";

export interface Answer<T> {
  readonly value: T;
  /** When time alone makes it another one, in milliseconds since the epoch. */
  readonly until: number;
}

/**
 * Milliseconds: the clocks of file systems are that coarse, and a younger file may change and look the same.
 */
const GRAIN = 2000;

/** Folders of derived files, and of runs, which `sessionsAtWork` answers. */
const APART = new Set([".cache", ".runs"]);

/**
 * Returns the kept answer to a question while nothing that it depends on changed; else makes the answer and
 * keeps it.
 */
export async function cachedAnswer<T>(
  place: Place,
  question: string,
  make: () => Promise<Answer<T>>,
): Promise<T> {
  const name = `whole-${fingerprint(question)}`;
  const [state, bytes] = await Promise.all([stateOf(place), readCache(place.sessionsDir, name)]);
  const key = `${question} ${state.text}`;
  const known = decodeAnswer<Answer<T>>(bytes, key);
  if (known && clock() < known.until) return known.value;
  const asked = clock();
  const said = place.notices.length;
  const made = await make();
  // Notices of the first time would be missing the second time.
  const holds = place.notices.length === said && state.changed < asked - GRAIN;
  if (holds && (await stateOf(place)).text === state.text)
    await writeCache(place.sessionsDir, name, encodeAnswer(made, key));
  return made.value;
}

/**
 * Returns everything that answers depend on as text, and when the last of its files changed, in milliseconds
 * since the epoch.
 */
async function stateOf(place: Place): Promise<{ text: string; changed: number }> {
  const { repository, config, sessionsDir } = place;
  const [refs, settings, agents] = await Promise.all([
    ask(repository.root, REFS_QUERY),
    ask(repository.root, SETTINGS_QUERY),
    sessionsAtWork(place),
  ]);
  const records = filesBelow(sessionsDir);
  // A branch that was deleted and created again at the same commit has another reflog.
  const reflogs = records
    .filter((file) => path.basename(file) === "context.json")
    .map((file) => path.join("logs/refs/heads", path.relative(sessionsDir, path.dirname(file))));
  const files = [
    ...records,
    ...[...reflogs, "shallow"].map((each) => path.join(repository.commonDir, each)),
    ...(await mailmapFiles(repository, settings.stdout)),
  ];
  const statuses = files.map((file) => statusOf(file));
  const asked = Object.entries(environment()).filter(([name]) => /^(GIT_|TZ$|EMAIL$)/.test(name));
  const parts = [
    ...[version(), new Date(clock()).getTimezoneOffset(), asked, repository, config, [...agents.keys()]],
    ...[refs.stdout, settings.stdout, files],
    statuses.map((each) => each && [each.mode, each.ino, each.size, each.mtimeNs, each.ctimeNs].join(" ")),
  ];
  return {
    text: fingerprint(JSON.stringify(parts)),
    changed: Math.max(0, ...statuses.map((each) => Number(each?.ctimeMs ?? 0))),
  };
}

/** Synchronous, as the next one: a system call each is faster than a round through the thread pool. */
function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((each) => {
    if (APART.has(each.name)) return [];
    const file = path.join(folder, each.name);
    return each.isDirectory() ? filesBelow(file) : [file];
  });
}

function statusOf(file: string): BigIntStats | undefined {
  return lstatSync(file, { bigint: true, throwIfNoEntry: false });
}
