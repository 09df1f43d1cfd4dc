/** Adds and changes decisions with pure functions: each takes a state and returns the new state. */
import { defined } from "../../text/defined.ts";
import { Failure } from "../failure.ts";
import { type Decision, headline } from "../session.ts";
import type { SessionState } from "../state.ts";
import { checkText, findItem, nextId } from "./items.ts";

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

/** New text, rationale or alternatives of a decision; an empty rationale removes the rationale. */
export interface DecisionWords {
  readonly text?: string;
  readonly rationale?: string;
  readonly alternatives?: readonly string[];
}

/** Reports whether the text of a decision is final: a commit carries it, or another session made it. */
export function isFixed(decision: Decision, { context }: SessionState): boolean {
  const isOther = decision.session !== undefined && decision.session !== context.id;
  return isOther || context.committed[decision.id] !== undefined;
}

/**
 * Changes the text of a decision. A final decision stays in history, superseded by a decision with the new
 * text.
 * @throws Failure `no-such-item`, `empty-text`, `text-too-long`
 */
export function editDecision(
  state: SessionState,
  name: string,
  { text, rationale, alternatives }: DecisionWords,
  by: { readonly now: string; readonly author?: string | undefined },
): [SessionState, Decision] {
  const before = findItem(state.context.decisions, name, "dec", "decision");
  const why = rationale ?? before.rationale;
  const words = {
    text: text ?? before.text,
    alternatives: alternatives ?? before.alternatives,
    ...(why ? { rationale: why } : {}),
  };
  if (isFixed(before, state))
    return addDecision(state, { ...words, supersedes: before.id, ...defined({ author: by.author }) }, by.now);
  const { rationale: _rationale, ...rest } = before;
  const after: Decision = {
    ...rest,
    text: checkText(words.text, "a decision"),
    alternatives: words.alternatives.map((each) => checkText(each, "an alternative")),
    ...(words.rationale === undefined ? {} : { rationale: checkText(words.rationale, "a rationale") }),
  };
  return [withDecision(state, after), after];
}

/** A decision to withdraw: its id; or `<session>/<id>` and its text if another session made it. */
export interface Withdrawal {
  readonly id: string;
  readonly text?: string;
  readonly reason?: string;
  readonly author?: string;
}

/**
 * Withdraws a decision by recording a decision that withdraws it; the next commit carries both.
 * @throws Failure `no-such-item`; `usage` for a withdrawal, or a decision that is already withdrawn
 */
export function withdrawDecision(
  state: SessionState,
  { id, text, reason, author }: Withdrawal,
  now: string,
): [SessionState, Decision] {
  const isOther = id.includes("/");
  const found = isOther ? undefined : findItem(state.context.decisions, id, "dec", "decision");
  if (found?.withdraws !== undefined)
    throw new Failure("usage", `${found.id} withdraws ${found.withdraws}; it cannot be withdrawn itself`, {
      hint: 'session decisions add "..." to decide again',
    });
  const session = found?.session;
  const own = found && (session === undefined || session === state.context.id);
  const withdraws = found ? (own ? found.id : `${session}/${found.id}`) : id;
  const ended = state.context.decisions.find((each) => each.withdraws === withdraws);
  if (ended)
    throw new Failure("usage", `${id} is already withdrawn by ${ended.id}`, {
      hint: "session decisions list",
    });
  const words = headline(found?.text ?? text ?? id);
  return addDecision(
    state,
    { text: `Withdrawn: ${words}`, ...defined({ rationale: reason, withdraws, author }) },
    now,
  );
}

function withDecision(state: SessionState, after: Decision): SessionState {
  const decisions = state.context.decisions.map((each) => (each.id === after.id ? after : each));
  return { ...state, context: { ...state.context, decisions } };
}

function supersededId(state: SessionState, name: string): string {
  if (name.includes("/")) return headline(name);
  const { id, session } = findItem(state.context.decisions, name, "dec", "decision");
  return session === undefined || session === state.context.id ? id : `${session}/${id}`;
}
