/** Defines the state of one session, and makes the state of a new one. Pure. */
import { defined } from "../text/defined.ts";
import type { Blocker, Decision, Objective, Verification } from "./session.ts";
import { checkTitle, titleOfBranch } from "./titles.ts";

export const SCHEMA = 1;

export type SessionPhase = "active" | "paused" | "ended" | "archived";

/** Returns whether a session in this phase goes on: it is active or paused. */
export function isLive(phase: string | undefined): boolean {
  return phase === "active" || phase === "paused";
}

/** Returns whether a session in this phase has ended; an archived one has, too. */
export function isEnded(phase: string | undefined): boolean {
  return phase === "ended" || phase === "archived";
}

export interface Note {
  readonly text: string;
  readonly added: string;
}

/** Times of an item; the Markdown files contain its text and mark. */
export interface ItemTimes {
  readonly added?: string;
  readonly finished?: string;
  readonly link?: string;
  readonly note?: string;
  /** The saved mark of the item, and its time: a different mark in the file shows a change by hand. */
  readonly mark?: string;
  readonly changed?: string;
}

/** The content of `context.json`. Unknown keys of a newer version are kept. */
export interface SessionContext {
  readonly schema: number;
  readonly id: string;
  readonly title: string;
  /** Full ref of the session's branch, such as `refs/heads/feature/x`. */
  readonly ref: string;
  /** The branch's ref in snapshots, if the branch has another name in this clone. Never sent. */
  readonly sentRef?: string;
  readonly base: { readonly branch?: string; readonly commit?: string };
  readonly state: SessionPhase;
  readonly created: string;
  readonly ended?: string;
  readonly author?: string;
  readonly tags: readonly string[];
  readonly meta: Readonly<Record<string, string>>;
  /** Names of checks that must pass before the end. */
  readonly checklist?: readonly string[];
  readonly parent?: string;
  readonly summary?: string;
  /** Time from which every push and sync includes the session. */
  readonly shared?: string;
  readonly coverage?: number;
  readonly decisions: readonly Decision[];
  readonly verified: readonly Verification[];
  readonly notes: readonly Note[];
  readonly items: Readonly<Record<string, ItemTimes>>;
  /** Id of the commit that carries each decision, as last seen in git. A rewrite may drop the commit. */
  readonly committed: Readonly<Record<string, string>>;
  /** Id of the commit that carried each decision which is pending again. */
  readonly dropped?: Readonly<Record<string, string>>;
  /** Commit of the branch up to which `committed` is known. */
  readonly tip?: string;
  /** Hash of the title, and of each objective and blocker, in the commits up to `tip`. */
  readonly told?: Readonly<Record<string, string>>;
  /** Time of the last checkpoint. */
  readonly checkpointed?: string;
  /** Unfinished work that is stashed with the session. */
  readonly work?: StashedWork;
  /**
   * Last lines of output of each failed check, by command. Never sent: they may contain paths of this
   * machine.
   */
  readonly outputs?: Readonly<Record<string, string>>;
  /** Texts that were written in this clone, if the record has foreign texts too. */
  readonly own?: OwnWords;
  /** Highest used number of each kind of item: no number is reused. */
  readonly last: Readonly<Record<ItemPrefix, number>>;
}

/**
 * Texts written in this clone before a merge added foreign text. Never sent, because a received log may claim
 * anything.
 */
export interface OwnWords {
  readonly words: readonly string[];
  /** Number of events in the log at that time; later events are this clone's own. */
  readonly events: number;
  /** Source of the record, if another clone created it. */
  readonly from?: string;
}

/** Stashed work: a commit that the ref `refs/session-stash/<id>` keeps. */
export interface StashedWork {
  readonly commit: string;
  readonly files: number;
  /** Time of the stashing, in ISO 8601, UTC. */
  readonly at: string;
  /** Set while work is stashed or restored: the work tree may be incomplete. */
  readonly step?: "away" | "back";
}

export type ItemPrefix = "obj" | "blk" | "dec";

export interface SessionState {
  readonly context: SessionContext;
  readonly objectives: readonly Objective[];
  readonly blockers: readonly Blocker[];
}

export interface NewSession {
  readonly id: string;
  readonly branch: string;
  readonly title?: string;
  readonly base: SessionContext["base"];
  readonly now: string;
  readonly author?: string;
  readonly checklist?: readonly string[];
}

/**
 * Returns an empty session.
 * @throws Failure `bad-title` for an empty title, or one longer than 256 characters
 */
export function newSession(from: NewSession): SessionState {
  const context: SessionContext = {
    schema: SCHEMA,
    id: from.id,
    title: checkTitle(from.title ?? titleOfBranch(from.branch)),
    ref: `refs/heads/${from.branch}`,
    base: from.base,
    state: "active",
    created: from.now,
    ...defined({ author: from.author }),
    tags: [],
    meta: {},
    ...(from.checklist && from.checklist.length > 0 ? { checklist: from.checklist } : {}),
    decisions: [],
    verified: [],
    notes: [],
    items: {},
    committed: {},
    last: { obj: 0, blk: 0, dec: 0 },
  };
  return { context, objectives: [], blockers: [] };
}

/** Returns the branch of a session in snapshots: another clone may have renamed the branch. */
export function sentBranchOf({ ref, sentRef = ref }: SessionContext): string {
  return sentRef.replace(/^refs\/heads\//, "");
}

/** Returns the branch of a session. */
export function branchOf(context: SessionContext): string {
  return context.ref.replace(/^refs\/heads\//, "");
}
