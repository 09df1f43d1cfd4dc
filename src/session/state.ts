/**
 * Holds the state of one session, and changes it with pure functions: each takes a state and returns the new
 * state.
 */

import { defined } from "../text/defined.ts";
import { nearest } from "../text/nearest.ts";
import { cleanText } from "../text/trailer-text.ts";
import { Failure } from "./failure.ts";
import {
  type Blocker,
  type Decision,
  headline,
  type Objective,
  type ObjectiveMark,
  type Verification,
} from "./session.ts";

export const SCHEMA = 1;

/** Maximum characters of an item's text; longer text belongs in the workspace or an issue. */
const MAX_TEXT = 4000;
const MAX_TITLE = 256;
/** Maximum characters of a branch name made from a title. */
const MAX_BRANCH = 50;

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

/** Returns the branch of a session. */
export function branchOf(context: SessionContext): string {
  return context.ref.replace(/^refs\/heads\//, "");
}

/** Returns a title for a branch: `Oauth login` for `feature/oauth-login`. */
export function titleOfBranch(branch: string): string {
  const words = (branch.split("/").at(-1) ?? branch).replace(/[-_]+/g, " ").trim() || branch;
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Returns a branch name for a title: `fix-the-crash` for `Fix the crash!`; undefined without letters. */
export function branchOfTitle(title: string): string | undefined {
  const words = title.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  let name = "";
  for (const each of words) {
    if (name.length + each.length >= MAX_BRANCH) break;
    name += `${name && "-"}${each}`;
  }
  return name || words[0]?.slice(0, MAX_BRANCH);
}

/**
 * Returns a title in the form in which it is stored: one line without surrounding space.
 * @throws Failure `bad-title`
 */
export function checkTitle(title: string): string {
  const text = cleanText(title).replace(/\n/g, " ").trim();
  if (text === "") throw new Failure("bad-title", "a title needs at least one character");
  if ([...text].length > MAX_TITLE)
    throw new Failure(
      "bad-title",
      `a title has at most ${MAX_TITLE} characters; this one has ${[...text].length}`,
    );
  return text;
}

/**
 * Returns the text of an item in the form in which it is stored.
 * @throws Failure `empty-text`, `text-too-long`
 */
export function checkText(text: string, what: string): string {
  const length = [...text].length;
  if (length > MAX_TEXT)
    throw new Failure(
      "text-too-long",
      `${what} can have at most ${MAX_TEXT} characters; this one has ${length}`,
      { advice: "keep the rest in a file or an issue" },
    );
  const kept = cleanText(text);
  if (kept === "") throw new Failure("empty-text", `${what} needs some text`);
  return kept;
}

/**
 * Adds an open objective. `now`: ISO 8601.
 * @throws Failure `empty-text`, `text-too-long`
 */
export function addObjective(state: SessionState, text: string, now: string): [SessionState, Objective] {
  const kept = checkText(text, "an objective");
  const [context, id] = nextId(state.context, "obj", now);
  const objective: Objective = { id, mark: "open", text: kept, added: now };
  return [{ ...state, context, objectives: [...state.objectives, objective] }, objective];
}

/**
 * Marks an objective. `now`: ISO 8601.
 * @throws Failure `no-such-item`
 */
export function markObjective(
  state: SessionState,
  name: string,
  mark: ObjectiveMark,
  now: string,
): [SessionState, Objective] {
  const { finished: _finished, ...open } = findItem(state.objectives, name, "obj", "objective");
  const after: Objective = isOver(mark) ? { ...open, mark, finished: now } : { ...open, mark };
  return [replaceObjective(markItem(state, after.id, mark, now), after), after];
}

/**
 * Changes the text of an objective.
 * @throws Failure `no-such-item`, `empty-text`, `text-too-long`
 */
export function editObjective(state: SessionState, name: string, text: string): [SessionState, Objective] {
  const after = {
    ...findItem(state.objectives, name, "obj", "objective"),
    text: checkText(text, "an objective"),
  };
  return [replaceObjective(state, after), after];
}

/**
 * Adds an open blocker. `now`: ISO 8601.
 * @throws Failure `empty-text`, `text-too-long`
 */
export function addBlocker(
  state: SessionState,
  text: string,
  link: string | undefined,
  now: string,
): [SessionState, Blocker] {
  const kept = checkText(text, "a blocker");
  const [context, id] = nextId(state.context, "blk", now);
  const blocker: Blocker = {
    id,
    resolved: false,
    text: kept,
    added: now,
    ...(link === undefined ? {} : { link: checkText(link, "a link").replace(/\s+/g, " ") }),
  };
  return [{ ...state, context, blockers: [...state.blockers, blocker] }, blocker];
}

/** Returns the times of an item after its mark changed. */
export function withMark(before: ItemTimes | undefined, mark: string, at: string): ItemTimes {
  const { finished: _finished, mark: was, changed, ...rest } = before ?? {};
  const since = was === undefined || was === mark ? changed : at;
  return {
    ...rest,
    ...(isOver(mark) ? { finished: at } : {}),
    mark,
    ...(since === undefined ? {} : { changed: since }),
  };
}

function isOver(mark: string): boolean {
  return mark === "done" || mark === "dropped";
}

/** Returns the state after an item's mark changed. */
export function markItem(state: SessionState, id: string, mark: string, at: string): SessionState {
  const { items } = state.context;
  const times = withMark(items[id], mark, at);
  return { ...state, context: { ...state.context, items: { ...items, [id]: times } } };
}

export interface NewDecision {
  readonly text: string;
  readonly rationale?: string;
  readonly alternatives?: readonly string[];
  readonly supersedes?: string;
  readonly withdraws?: string;
  readonly author?: string;
}

/**
 * Adds a decision. `now`: ISO 8601.
 * @throws Failure `empty-text`, `text-too-long`; as `findItem` for a superseded decision
 */
export function addDecision(
  state: SessionState,
  decision: NewDecision,
  now: string,
): [SessionState, Decision] {
  const text = checkText(decision.text, "a decision");
  const supersedes = decision.supersedes === undefined ? undefined : supersededId(state, decision.supersedes);
  const [context, id] = nextId(state.context, "dec", now);
  const added: Decision = {
    id,
    text,
    added: now,
    ...(decision.rationale === undefined ? {} : { rationale: checkText(decision.rationale, "a rationale") }),
    alternatives: (decision.alternatives ?? []).map((each) => checkText(each, "an alternative")),
    ...defined({ supersedes, withdraws: decision.withdraws, author: decision.author }),
  };
  return [{ ...state, context: { ...context, decisions: [...context.decisions, added] } }, added];
}

/**
 * Adds a note. `now`: ISO 8601.
 * @throws Failure `empty-text`, `text-too-long`
 */
export function addNote(state: SessionState, text: string, now: string): [SessionState, Note] {
  const note = { text: checkText(text, "a note"), added: now };
  return [{ ...state, context: { ...state.context, notes: [...state.context.notes, note] } }, note];
}

/**
 * Adds a verification. Keeps the output of only the last run of each command.
 * @throws Failure `empty-text`, `text-too-long`
 */
export function addVerification(state: SessionState, given: Verification): [SessionState, Verification] {
  const command = checkText(given.command, "a command").replace(/\s+/g, " ");
  const { output, ...rest } = given;
  const added = { ...rest, command };
  const { outputs: before, ...context } = state.context;
  const { [command]: _last, ...others } = before ?? {};
  const outputs = output === undefined ? others : { ...others, [command]: output };
  const kept = Object.keys(outputs).length === 0 ? context : { ...context, outputs };
  return [{ ...state, context: { ...kept, verified: [...context.verified, added] } }, added];
}

/**
 * Finds an item by its id `obj-2` or its number `2`.
 * @throws Failure `no-such-item`, which names the existing items
 */
export function findItem<T extends { readonly id: string }>(
  items: readonly T[],
  name: string,
  prefix: ItemPrefix,
  what: string,
): T {
  const id = /^\d+$/.test(name) ? `${prefix}-${Number(name)}` : name.toLowerCase();
  const found = items.find((item) => item.id === id);
  if (found) return found;
  const ids = items.map((item) => item.id);
  const close = nearest(id, ids, 1)[0];
  throw new Failure("no-such-item", `there is no ${what} ${clip(name)} in this session`, {
    advice: close
      ? `did you mean ${close}?`
      : ids.length === 0
        ? `it has no ${what}s yet`
        : `it has ${range(ids)}`,
    hint: `session ${what}s list`,
  });
}

/** Returns the objectives that are open or in progress. */
export function openObjectives(objectives: readonly Objective[]): Objective[] {
  return objectives.filter((each) => each.mark === "open" || each.mark === "active");
}

/**
 * Returns the progress as text, such as "2 of 3 done", without dropped objectives; undefined without
 * objectives.
 */
export function progress(objectives: readonly Objective[]): string | undefined {
  const { done, total } = progressOf(objectives);
  return total === 0 ? undefined : `${done} of ${total} done`;
}

/** Returns the number of finished objectives and of all objectives, without dropped ones. */
export function progressOf(objectives: readonly Pick<Objective, "mark">[]): {
  readonly done: number;
  readonly total: number;
} {
  return {
    done: objectives.filter((each) => each.mark === "done").length,
    total: objectives.filter((each) => each.mark !== "dropped").length,
  };
}

/** Returns the objective in progress, else the first open objective. */
export function currentObjective(objectives: readonly Objective[]): Objective | undefined {
  return objectives.find((each) => each.mark === "active") ?? objectives.find((each) => each.mark === "open");
}

function supersededId(state: SessionState, name: string): string {
  if (name.includes("/")) return headline(name);
  const { id, session } = findItem(state.context.decisions, name, "dec", "decision");
  return session === undefined || session === state.context.id ? id : `${session}/${id}`;
}

function replaceObjective(state: SessionState, after: Objective): SessionState {
  return { ...state, objectives: state.objectives.map((each) => (each.id === after.id ? after : each)) };
}

function nextId(context: SessionContext, prefix: ItemPrefix, now: string): [SessionContext, string] {
  const number = context.last[prefix] + 1;
  const id = `${prefix}-${number}`;
  const items = prefix === "dec" ? context.items : { ...context.items, [id]: { added: now, mark: "open" } };
  return [{ ...context, items, last: { ...context.last, [prefix]: number } }, id];
}

function range(ids: readonly string[]): string {
  return ids.length <= 4 ? ids.join(", ") : `${ids[0]} ... ${ids.at(-1)}`;
}

function clip(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}
