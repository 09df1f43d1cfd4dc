/** Converts records that other tools wrote into commit trailers to sessions. Pure. */
import { defined } from "../../text/defined.ts";
import { subjectOf } from "../../trailers/checkpoints.ts";
import { gitTrailers } from "../../trailers/parse/git-trailers.ts";
import { type IdFor, importedBranch, importedSession } from "./read-foreign.ts";
import type { ExportedSession } from "./schema.ts";

/** A commit as git-log(1) reports it. */
export interface HistoryCommit {
  readonly oid: string;
  readonly author: string;
  /** Author date in seconds since the epoch. */
  readonly authored: number;
  readonly message: string;
}

/** Maps the trailer keys of a decision-recording tool to the fields of a decision. Keys are lower case. */
export interface Vocabulary {
  readonly source: string;
  readonly id: RegExp;
  readonly idKey: string;
  /** Key of trailers with values such as `alternative | reason`. */
  readonly rejected: string;
  readonly verified: string;
  readonly supersedes: string;
  /** Keys of trailers that become lines of the rationale, each with the label that precedes its value. */
  readonly because: Readonly<Record<string, string>>;
  /** Keys of trailers that become notes, each with the label that precedes its value. */
  readonly notes: Readonly<Record<string, string>>;
}

/** A commit with its parsed trailers. */
export interface ReadCommit {
  readonly commit: HistoryCommit;
  readonly trailers: Trailers;
}

/** Trailer values by lower-case key, in order, each on one line. */
type Trailers = ReadonlyMap<string, readonly string[]>;

/**
 * Reads the trailers of commits (git-interpret-trailers(1)). Takes the newest commit first and returns the
 * oldest first.
 */
export function readCommits(commits: readonly HistoryCommit[]): ReadCommit[] {
  return commits.toReversed().map((commit) => ({ commit, trailers: trailersOf(commit.message) }));
}

function trailersOf(message: string): Trailers {
  const all = new Map<string, string[]>();
  for (const { key, value } of gitTrailers(message)) {
    const text = value.replace(/\s+/g, " ").trim();
    if (text === "") continue;
    const known = all.get(key.toLowerCase());
    if (known) known.push(text);
    else all.set(key.toLowerCase(), [text]);
  }
  return all;
}

/**
 * Makes one session of all decisions that a tool recorded in commits. Returns an empty list if there are
 * none.
 */
export function sessionOfDecisions(
  oldest: readonly ReadCommit[],
  words: Vocabulary,
  idFor: IdFor,
): ExportedSession[] {
  const ids = new Map<string, string>();
  const records: { id: string; read: ReadCommit }[] = [];
  for (const read of oldest) {
    const record = read.trailers.get(words.idKey)?.find((each) => words.id.test(each));
    // Rebases and cherry-picks repeat a record in several commits: only the first counts.
    if (record === undefined || ids.has(record)) continue;
    ids.set(record, `dec-${ids.size + 1}`);
    records.push({ id: record, read });
  }
  const first = records[0];
  if (first === undefined) return [];
  const decisions = records.map(({ id, read }, at): ExportedSession["decisions"][number] => {
    const { commit, trailers } = read;
    const replaced = trailers.get(words.supersedes)?.flatMap((each) => ids.get(each) ?? [])[0];
    const because = worded(trailers, words.because).concat(`Recorded as ${id} in ${commit.oid.slice(0, 12)}`);
    return {
      id: `dec-${at + 1}`,
      text: subjectOf(commit.message) || id,
      rationale: because.join("\n"),
      alternatives: (trailers.get(words.rejected) ?? []).map((each) => each.replace(/\s*\|\s*/, ": ")),
      ...defined({ supersedes: replaced }),
      ...byline(commit),
    };
  });
  const session = sessionOf(
    words.source,
    first.id,
    records.map(({ read }) => read),
    idFor,
    { title: `Decisions from ${words.source}`, more: { records: String(records.length) } },
  );
  return [
    {
      ...session,
      decisions,
      last: { ...session.last, dec: decisions.length },
      verified: records.flatMap(({ read: { commit, trailers } }) =>
        (trailers.get(words.verified) ?? []).map((command) => ({
          command,
          result: "passed" as const,
          added: timeOf(commit),
          commit: commit.oid,
        })),
      ),
      notes: records.flatMap(({ read: { commit, trailers } }) =>
        worded(trailers, words.notes).map((text) => ({ text, added: timeOf(commit) })),
      ),
    },
  ];
}

/**
 * Makes an ended session from commits, each of which becomes an event of its log. `labelKey`: lower-case key
 * of the trailer that becomes the event's label.
 */
export function sessionOf(
  source: string,
  key: string,
  reads: readonly ReadCommit[],
  idFor: IdFor,
  {
    title,
    more,
    branchName = "",
    labelKey = "",
  }: {
    readonly title: string;
    readonly more: Readonly<Record<string, string>>;
    readonly branchName?: string;
    readonly labelKey?: string;
  },
): ExportedSession {
  const id = idFor(`${source}:${key}`);
  const branch = importedBranch(source, branchName);
  const times = reads.map(({ commit }) => timeOf(commit)).sort();
  const [created = timeOf({ authored: 0 }), ended = created] = [times[0], times.at(-1)];
  return importedSession(source, key, {
    ...{ id, title, branch, created, ended, base: {}, state: "ended", meta: more },
    events: reads.map(({ commit, trailers }) => {
      const label = trailers.get(labelKey)?.[0];
      const subject = subjectOf(commit.message);
      const what = label === undefined ? {} : { label };
      return { at: timeOf(commit), type: "commit.imported", commit: commit.oid, text: subject, ...what };
    }),
  });
}

function worded(trailers: Trailers, words: Readonly<Record<string, string>>): string[] {
  return Object.entries(words).flatMap(([key, word]) =>
    (trailers.get(key) ?? []).map((value) => `${word}: ${value}`),
  );
}

function byline({ author, authored }: HistoryCommit) {
  const name = author.replace(/\s+/g, " ").trim().slice(0, 1000);
  return {
    ...(name === "" ? {} : { author: name }),
    ...(authored > 0 ? { added: timeOf({ authored }) } : {}),
  };
}

function timeOf({ authored }: Pick<HistoryCommit, "authored">): string {
  // A damaged commit may have a year after 9999, which ISO 8601 cannot express with four digits: the epoch
  // replaces it.
  const seconds = authored > 0 && authored < 253_402_300_800 ? authored : 0;
  return new Date(seconds * 1000).toISOString();
}
