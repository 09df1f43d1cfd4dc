/** Changes to a decision that was recorded before, as pure functions: state in, state out. */
import { defined } from "../../text/defined.ts";
import { Failure } from "../failure.ts";
import { type Decision, headline } from "../session.ts";
import { addDecision, checkText, find, type SessionState } from "../state.ts";

/** Words that take the place of those that a decision has; an empty rationale takes its rationale away. */
export interface DecisionWords {
  readonly text?: string;
  readonly rationale?: string;
  readonly alternatives?: readonly string[];
}

/** Whether a commit carries a decision, or another session took it: then its words stay as they are. */
export function isFixed(decision: Decision, { context }: SessionState): boolean {
  const isOther = decision.session !== undefined && decision.session !== context.id;
  return isOther || context.committed[decision.id] !== undefined;
}

/**
 * Changes the words of a decision. One that is fixed stays in history, and a decision with the new words supersedes it.
 * @throws Failure `no-such-item`, `empty-text`, `text-too-long`
 */
export function editDecision(
  state: SessionState,
  name: string,
  { text, rationale, alternatives }: DecisionWords,
  by: { readonly now: string; readonly author?: string | undefined },
): [SessionState, Decision] {
  const before = find(state.context.decisions, name, "dec", "decision");
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

/** A decision to withdraw: its id, or `<session>/<id>` and its text where another session took it. */
export interface Withdrawal {
  readonly id: string;
  readonly text?: string;
  readonly reason?: string;
  readonly author?: string;
}

/**
 * Withdraws a decision: records one that says so, which the next commit carries like any other.
 * @throws Failure `no-such-item`; `usage` for one that is itself a withdrawal
 */
export function withdrawDecision(
  state: SessionState,
  { id, text, reason, author }: Withdrawal,
  now: string,
): [SessionState, Decision] {
  const isOther = id.includes("/");
  const found = isOther ? undefined : find(state.context.decisions, id, "dec", "decision");
  if (found?.withdraws !== undefined)
    throw new Failure("usage", `${found.id} withdraws ${found.withdraws}; it cannot be withdrawn itself`, {
      hint: 'session decisions add "…" to decide again',
    });
  const session = found?.session;
  const own = found && (session === undefined || session === state.context.id);
  const withdraws = found ? (own ? found.id : `${session}/${found.id}`) : id;
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
