/** Caches answers about a whole clone, and returns them again until any of their inputs changes. */

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
  /** Time at which the answer expires without any change, in milliseconds since the epoch. */
  readonly until: number;
}

/**
 * Resolution of file times in milliseconds: a file written more recently may change without a new file time.
 */
const GRAIN = 2000;

/** Folders left out of the check: `.cache` holds derived files, and `sessionsAtWork` covers `.runs`. */
const APART = new Set([".cache", ".runs"]);

/**
 * Returns the cached answer to a question if no input has changed; otherwise makes the answer and caches it.
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
  // Does not cache an answer with notices: the cached answer would lack them.
  const holds = place.notices.length === said && state.changed < asked - GRAIN;
  if (holds && (await stateOf(place)).text === state.text)
    await writeCache(place.sessionsDir, name, encodeAnswer(made, key));
  return made.value;
}

/**
 * Returns a text of everything that answers depend on, and the time of the last file change, in milliseconds
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
  // Includes reflogs: a branch that was deleted and created again at the same commit has another reflog.
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

/**
 * Lists files synchronously, like the next function: a system call for each is faster than the thread pool.
 */
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
