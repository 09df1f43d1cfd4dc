/** What other tools wrote into commit messages, as sessions of ours. Pure. */
import { subjectOf } from "../checkpoints.ts";
import { gitTrailers } from "../trailers/git.ts";
import { type IdFor, importedBranch } from "./foreign.ts";
import type { ExportedSession } from "./schema.ts";

export interface HistoryCommit {
  readonly oid: string;
  readonly author: string;
  /** Seconds since the epoch. */
  readonly authored: number;
  readonly message: string;
}

type HistorySource = "lore-protocol" | "commitlore" | "entire";

/** Keys that every record of a tool has at least one of: what git is asked to look for. */
export const HISTORY_KEYS = ["Lore-id:", "Record-Id:", "Entire-Checkpoint:", "Entire-Session:"] as const;

/** How the keys of a tool that records decisions read as ours. */
interface Vocabulary {
  readonly source: HistorySource;
  readonly id: RegExp;
  readonly idKey: string;
  /** `alternative | reason` each. */
  readonly rejected: string;
  readonly verified: string;
  readonly supersedes: string;
  /** Become lines of the rationale, with these words before them. */
  readonly because: Readonly<Record<string, string>>;
  /** Become notes. */
  readonly notes: Readonly<Record<string, string>>;
}

const LORE: Vocabulary = {
  source: "lore-protocol",
  idKey: "lore-id",
  id: /^[0-9a-f]{8}$/,
  rejected: "rejected",
  verified: "tested",
  supersedes: "supersedes",
  because: {
    constraint: "Constraint",
    confidence: "Confidence",
    "scope-risk": "Scope of risk",
    reversibility: "Reversibility",
    "depends-on": "Depends on",
    related: "Related to",
  },
  notes: { directive: "Directive", "not-tested": "Not tested" },
};

const COMMITLORE: Vocabulary = {
  source: "commitlore",
  idKey: "record-id",
  id: /^r-[a-z0-9]{6,64}$/,
  rejected: "ruled-out",
  verified: "verified",
  supersedes: "supersedes",
  because: {
    limit: "Limit",
    blast: "Blast",
    undo: "Undo",
    certainty: "Certainty",
    follows: "Follows",
    expires: "Expires",
    evidence: "Evidence",
    provenance: "Provenance",
  },
  notes: { warn: "Warning", unverified: "Not verified" },
};

/** A session for each tool that left decisions, and one for each session that Entire names. `commits`: newest first. */
export function sessionsFromHistory(commits: readonly HistoryCommit[], idFor: IdFor): ExportedSession[] {
  const oldest = commits.toReversed().map((commit) => ({ commit, trailers: trailersOf(commit.message) }));
  return [...decided(oldest, LORE, idFor), ...decided(oldest, COMMITLORE, idFor), ...byEntire(oldest, idFor)];
}

interface Read {
  readonly commit: HistoryCommit;
  readonly trailers: Trailers;
}

/** Values by lower-case key, each in one line, in order. */
type Trailers = ReadonlyMap<string, readonly string[]>;

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

function decided(oldest: readonly Read[], words: Vocabulary, idFor: IdFor): ExportedSession[] {
  const ids = new Map<string, string>();
  const records: { id: string; read: Read }[] = [];
  for (const read of oldest) {
    const record = read.trailers.get(words.idKey)?.find((each) => words.id.test(each));
    // A rewrite and a pick leave the same record in several commits; the first one is it.
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
      ...(replaced === undefined ? {} : { supersedes: replaced }),
      ...byline(commit),
    };
  });
  const session = sessionOf(
    words.source,
    first.id,
    records.map(({ read }) => read),
    idFor,
    {
      title: `Decisions from ${words.source}`,
      more: { records: String(records.length) },
    },
  );
  return [
    {
      ...{ ...session, decisions },
      last: { ...session.last, dec: decisions.length },
      verified: records.flatMap(({ read: { commit, trailers } }) =>
        (trailers.get(words.verified) ?? []).map((command) => ({
          ...{ command, result: "passed" as const, added: timeOf(commit), commit: commit.oid },
        })),
      ),
      notes: records.flatMap(({ read: { commit, trailers } }) =>
        worded(trailers, words.notes).map((text) => ({ text, added: timeOf(commit) })),
      ),
    },
  ];
}

/** Entire links commits to sessions and checkpoints that it keeps elsewhere: what is in them does not travel. */
function byEntire(oldest: readonly Read[], idFor: IdFor): ExportedSession[] {
  const groups = new Map<string, Read[]>();
  for (const read of oldest) {
    const checkpoints = read.trailers.get("entire-checkpoint") ?? [];
    const [session] = read.trailers.get("entire-session") ?? [];
    if (
      session === undefined &&
      !checkpoints.some((each) => /^([0-9a-f]{12}|[0-9A-HJKMNP-TV-Z]{26})$/.test(each))
    )
      continue;
    const key = session ?? "";
    groups.set(key, [...(groups.get(key) ?? []), read]);
  }
  return [...groups].map(([name, reads]) => {
    const first = name === "" ? (reads[0]?.commit.oid ?? "") : name;
    const agents = new Set(reads.flatMap(({ trailers }) => trailers.get("entire-agent") ?? []));
    return sessionOf("entire", first, reads, idFor, {
      title: name === "" ? "Checkpoints from Entire" : `Entire session ${name.slice(0, 100)}`,
      more: {
        ...(agents.size === 0 ? {} : { agent: [...agents].join(", ").slice(0, 1000) }),
        checkpoints: String(reads.length),
      },
    });
  });
}

function sessionOf(
  source: HistorySource,
  key: string,
  reads: readonly Read[],
  idFor: IdFor,
  { title, more }: { readonly title: string; readonly more: Readonly<Record<string, string>> },
): ExportedSession {
  const id = idFor(`${source}:${key}`);
  const branch = importedBranch(source, source === "entire" ? key.slice(0, 12) : "");
  const times = reads.map(({ commit }) => timeOf(commit)).sort();
  const [created = timeOf({ authored: 0 }), ended = created] = [times[0], times.at(-1)];
  return {
    ...{ id, title, branch, created, ended, base: {}, state: "ended", tags: [] },
    meta: { "imported-from": source, "imported-id": key.slice(0, 1000), ...more },
    ...{ objectives: [], blockers: [], decisions: [], verified: [], notes: [] },
    last: { obj: 0, blk: 0, dec: 0 },
    events: [
      { at: created, type: "session.started", id, ref: `refs/heads/${branch}`, title },
      ...reads.map(({ commit, trailers }) => {
        const label = trailers.get("entire-checkpoint")?.[0];
        const subject = subjectOf(commit.message);
        const what = label === undefined ? {} : { label };
        return { at: timeOf(commit), type: "commit.imported", commit: commit.oid, text: subject, ...what };
      }),
      { at: ended, type: "session.ended" },
    ],
    checkpoints: [],
  };
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
  // Years of five digits, which a damaged commit may have, are no times elsewhere.
  const seconds = authored > 0 && authored < 253_402_300_800 ? authored : 0;
  return new Date(seconds * 1000).toISOString();
}
