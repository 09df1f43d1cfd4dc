/** Conversations with agents that are kept with a session: which there are, and what was said in them. */
import { requireBranch } from "../git/repository.ts";
import type { Place } from "../place/place.ts";
import { currentSession } from "../record/find-session.ts";
import { type KnownSession, resolveSession } from "../record/resolve-session.ts";
import { isAgentEvent, type SessionEvent } from "../session/events.ts";
import { Failure } from "../session/failure.ts";
import { keptTranscripts, messagesOf } from "../store/transcripts.ts";
import { nearest } from "../text/nearest.ts";
import type { TranscriptHead } from "./formats/kept.ts";
import { type MessagePage, sumOf } from "./formats/shape.ts";

/** A conversation that an agent's hook told of, by its path. */
export interface LinkedTranscript {
  readonly id: string;
  readonly agent: string;
  /** `~/…` where it is below the home folder. */
  readonly path: string;
}

export interface TranscriptList {
  readonly session: { readonly id: string; readonly title: string; readonly branch: string };
  readonly kept: readonly TranscriptHead[];
  /** Told of, and not copied. */
  readonly linked: readonly LinkedTranscript[];
}

/** Conversations of a session: of this branch, unless named. Failures `no-session`, `unknown-session`. */
export async function transcriptsOf(place: Place, name?: string): Promise<TranscriptList> {
  const { id, title, branch, folder, linked } = await sessionOf(place, name);
  const kept = folder === "" ? [] : await keptTranscripts(folder);
  const known = new Set(kept.map((each) => each.id));
  return { session: { id, title, branch }, kept, linked: linked.filter((each) => !known.has(each.id)) };
}

/** Messages of one that is kept: the only one of the session, or that whose id begins so. */
export async function transcriptPage(
  place: Place,
  id: string | undefined,
  {
    skip,
    limit,
    session: name,
  }: { readonly skip: number; readonly limit: number; readonly session?: string },
): Promise<MessagePage & { readonly head: TranscriptHead }> {
  const session = await sessionOf(place, name);
  const { kept, linked } = await transcriptsOf(place, name);
  const found = kept.filter((each) => id === undefined || each.id.startsWith(id));
  const [head] = found;
  if (!head || found.length > 1) throw noSuch(id, kept, linked);
  return { head, ...(await pageOf(session.folder, [head], skip, limit)) };
}

/** Conversations that are kept with a session, wherever its folder is; none of one that only a snapshot knows. */
export async function conversationsOf({ loaded, folder = loaded?.folder }: KnownSession) {
  const heads = folder === undefined || folder === "" ? [] : await keptTranscripts(folder);
  return { folder: folder ?? "", heads, sum: sumOf(heads.map((each) => each.numbers)) };
}

/** So many messages of several, one after the other. */
export async function pageOf(
  folder: string,
  heads: readonly TranscriptHead[],
  skip: number,
  limit: number,
): Promise<MessagePage> {
  const entries: MessagePage["entries"][number][] = [];
  let n = 0;
  for (const { id } of heads)
    for await (const message of messagesOf(folder, id)) {
      n++;
      if (n > skip && entries.length < limit) entries.push({ ...message, n });
    }
  return { entries, skipped: Math.min(skip, n), more: Math.max(0, n - skip - entries.length) };
}

/** A session and where it is. */
export interface SessionPlace {
  readonly id: string;
  readonly title: string;
  readonly branch: string;
  /** Empty where only a snapshot knows it. */
  readonly folder: string;
  readonly linked: readonly LinkedTranscript[];
  readonly known?: KnownSession;
}

/** Of this branch, unless named. Failures `no-session`, `unknown-session`. */
export async function sessionOf(place: Place, name?: string): Promise<SessionPlace> {
  if (name === undefined) {
    const session = await currentSession(place);
    const { id, title } = session.state.context;
    const branch = requireBranch(place.repository);
    return { id, title, branch, folder: session.folder, linked: linksIn(session.events) };
  }
  const known = await resolveSession(place, name);
  const { id, title, branch, loaded } = known;
  return { id, title, branch, folder: loaded?.folder ?? "", linked: linksIn(loaded?.events ?? []), known };
}

/** What agents' own events say of where they keep their conversation; the last that was said of each. */
function linksIn(events: readonly SessionEvent[]): LinkedTranscript[] {
  const links = new Map<string, LinkedTranscript>();
  for (const { agentSession: id, agent, transcript } of events.filter(isAgentEvent))
    if (id !== undefined && transcript !== undefined)
      links.set(id, { id, agent: String(agent), path: transcript });
  return [...links.values()];
}

function noSuch(
  id: string | undefined,
  kept: readonly TranscriptHead[],
  linked: readonly LinkedTranscript[],
): Failure {
  const ids = kept.map((each) => each.id);
  const link = linked.find((each) => id === undefined || each.id.startsWith(id));
  if (link) {
    return new Failure("no-such-transcript", `the conversation ${link.id} is linked, and not copied`, {
      hint: `session transcript import ${link.id}`,
    });
  }
  const near = id === undefined ? [] : nearest(id, ids).slice(0, 3);
  const close = near.length > 0 ? near : ids.slice(0, 5);
  const what =
    ids.length === 0
      ? "there is no conversation with this session"
      : id === undefined || ids.some((each) => each.startsWith(id))
        ? `there are ${ids.length} conversations with this session`
        : `there is no conversation ${id} with this session`;
  return new Failure("no-such-transcript", what, {
    advice: close.length > 0 ? `name one of ${close.join(", ")}` : "",
    hint: close.length > 0 ? "session transcript list" : "session transcript import <file>",
  });
}
