/** Makes the state and the first events of a new session. Writes nothing. */
import { homes } from "../place/place.ts";
import { event } from "../record/event.ts";
import { withMeta, withTags } from "../session/edits/metadata.ts";
import { addObjective } from "../session/edits/objectives.ts";
import { startedEvent } from "../session/events/events.ts";
import { Failure } from "../session/failure.ts";
import { sessionId } from "../session/ids.ts";
import { MARKS } from "../session/small-change.ts";
import { newSession, type SessionState } from "../session/state.ts";
import { now } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { withoutHome } from "../text/home.ts";
import { isInherited } from "../trailers/checkpoints.ts";

export interface NewSessionRequest {
  readonly branch: string;
  readonly objectives?: readonly string[];
  readonly title?: string;
  readonly tags?: readonly string[];
  /** Metadata entries such as `key=value`. */
  readonly meta?: readonly string[];
  readonly checklist?: readonly string[];
  /** Returns the initial state with more content. */
  readonly adapt?: (fresh: SessionState) => SessionState;
}

/** Makes the initial state of a session. @throws Failure `usage`, `bad-title`, `bad-tag` */
export function newSessionState(
  request: NewSessionRequest,
  base: SessionState["context"]["base"],
  author: string,
): SessionState {
  const at = now();
  let state = newSession({
    id: sessionId(crypto.getRandomValues(new Uint8Array(12))),
    branch: request.branch,
    base,
    now: at,
    ...defined({ title: request.title }),
    ...(author === "" ? {} : { author }),
    ...defined({ checklist: request.checklist }),
  });
  state = withTags(state, request.tags ?? []);
  for (const text of request.meta ?? []) state = withMeta(state, ...pair(text));
  for (const text of request.objectives ?? []) [state] = addObjective(state, withoutHome(text, homes()), at);
  return request.adapt?.(state) ?? state;
}

function pair(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new Failure("usage", `--meta takes key=value, not "${text}"`);
}

/** Returns the events that record the initial content. */
export function startEvents(state: SessionState) {
  const { id, decisions } = state.context;
  return [
    startedEvent(state.context),
    ...state.objectives.flatMap(({ id, text, mark, added }) => [
      event("objective.added", { id, text }, added),
      ...(mark === "open" ? [] : [event(MARKS[mark], { id }, added)]),
    ]),
    ...state.blockers.map(({ id, text, link, added }) => event("blocker.added", { id, text, link }, added)),
    ...decisions
      .filter((each) => !isInherited(each, id))
      .map((decision) => event("decision.added", { decision }, decision.added)),
  ];
}
