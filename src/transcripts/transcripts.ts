/** Lists the conversations with agents that a session stores, and reads their messages. */
import { requireBranch } from "../git/repository.ts";
import type { Place } from "../place/place.ts";
import { currentSession } from "../record/find-session.ts";
import type { KnownSession } from "../record/known-sessions.ts";
import { resolveSession } from "../record/resolve-session.ts";
import { isAgentEvent, type SessionEvent } from "../session/events/events.ts";
import { Failure } from "../session/failure.ts";
import { keptTranscripts, messagesOf } from "../store/transcripts.ts";
import { nearest } from "../text/nearest.ts";
import { type MessagePage, sumOf } from "./formats/shape.ts";
import type { TranscriptHead } from "./formats/stored.ts";

/** A conversation that is not copied: a hook named the file in which its agent stores it. */
export interface LinkedTranscript {
  readonly id: string;
  readonly agent: string;
  /** Path of the conversation's file: absolute, or `~/…` if it is below the home folder. */
  readonly path: string;
}

export interface TranscriptList {
  readonly session: { readonly id: string; readonly title: string; readonly branch: string };
  readonly kept: readonly TranscriptHead[];
  /** Conversations that a hook named and that are not copied. */
  readonly linked: readonly LinkedTranscript[];
}

/**
 * Lists the conversations of a session. `name`: default is the session of this branch.
 * @throws Failure `no-session`, `unknown-session`.
 */
export async function transcriptsOf(place: Place, name?: string): Promise<TranscriptList> {
  const { id, title, branch, folder, linked } = await sessionOf(place, name);
  const kept = folder === "" ? [] : await keptTranscripts(folder);
  const known = new Set(kept.map((each) => each.id));
  return { session: { id, title, branch }, kept, linked: linked.filter((each) => !known.has(each.id)) };
}

/**
 * Returns messages of a stored conversation. `id`: the start of its id; may be absent if the session has only
 * one.
 * @throws Failure `no-such-transcript`, and those of `transcriptsOf`.
 */
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

/** Returns the heads of a session's stored conversations. A session known only from its snapshot has none. */
export async function conversationsOf({ loaded, folder = loaded?.folder }: KnownSession) {
  const heads = folder === undefined || folder === "" ? [] : await keptTranscripts(folder);
  return { folder: folder ?? "", heads, sum: sumOf(heads.map((each) => each.numbers)) };
}

/** Returns up to `limit` messages after the first `skip`, of several conversations in order. */
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

/** A session and its folder. */
export interface SessionPlace {
  readonly id: string;
  readonly title: string;
  readonly branch: string;
  /** Path of the session's folder; empty for a session known only from its snapshot. */
  readonly folder: string;
  readonly linked: readonly LinkedTranscript[];
  readonly known?: KnownSession;
}

/**
 * Returns a session with its folder. `name`: default is the session of this branch.
 * @throws Failure `no-session`, `unknown-session`.
 */
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

/**
 * Returns the conversation files that agents' events name. Of several events about one conversation, the last
 * counts.
 */
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
