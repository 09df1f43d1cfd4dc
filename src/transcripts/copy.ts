/** Copying a conversation into a session: piece by piece, without secrets, in one step at the end. */

import { realpath } from "node:fs/promises";
import path from "node:path";
import { AGENTS } from "../agents/catalog/all.ts";
import { ownerOf, readerOf } from "../agents/catalog/transcripts.ts";
import type { Place } from "../place/place.ts";
import { withSession } from "../record/change.ts";
import { redactTexts } from "../secrets/secrets.ts";
import { Failure } from "../session/failure.ts";
import { withLock } from "../store/lock.ts";
import {
  beginTranscript,
  type Draft,
  keptTranscripts,
  placeTranscript,
  rowsIn,
  sizeOf,
} from "../store/transcripts.ts";
import { environment, homeFolder, now } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { type TranscriptHead, transcriptId } from "./formats/kept.ts";
import { rowsOf } from "./formats/rows.ts";
import { type Message, tally } from "./formats/shape.ts";
import { type LinkedTranscript, type SessionPlace, sessionOf } from "./transcripts.ts";

/** Messages that are looked through for secrets at once. */
const BATCH = 200;

/** Rows that are looked at to tell whose file it is. */
const SNIFFED = 100;

export interface ImportRequest {
  /** A file, or the id of a conversation that a hook told of. */
  readonly from: string;
  readonly agent?: string;
  /** Default: the session of this branch. */
  readonly session?: string;
}

/**
 * Copies a conversation into a session, in place of an earlier copy of it. Failures `no-such-file`, `no-transcript` where
 * nothing in it is a message, `not-here` where the session is only a snapshot, and those of `transcriptsOf`.
 */
export async function importTranscript(
  place: Place,
  cwd: string,
  { from, agent, session: name }: ImportRequest,
): Promise<TranscriptHead> {
  const session = await sessionOf(place, name);
  const named = path.resolve(cwd, from);
  const isFile = (await realpath(named).catch(() => undefined)) !== undefined;
  const link = isFile ? undefined : session.linked.find((each) => each.id.startsWith(from));
  const file = link ? await linkedFile(link) : named;
  return copied(place, session, file, agent);
}

/**
 * Copies every conversation of a branch's session that a hook told of and that has changed since, where `transcripts.keep` is on. What cannot
 * be read any more is left as it is. Gives those that were copied.
 */
export async function keepTranscripts(place: Place, branch?: string): Promise<TranscriptHead[]> {
  if (!place.config.transcripts.keep) return [];
  const session = await sessionOf(place, branch);
  const kept = new Map((await keptTranscripts(session.folder)).map((each) => [each.id, each.bytes]));
  const made: TranscriptHead[] = [];
  for (const link of session.linked) {
    try {
      const file = await linkedFile(link);
      const size = await sizeOf(file);
      if (size === undefined || kept.get(link.id) === size) continue;
      made.push(await copied(place, session, file, undefined));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }
  return made;
}

/**
 * Path of a conversation that a hook told of. The log may have come from elsewhere with a session: nothing is read but
 * what lies where agents keep their conversations. Failures `no-such-file`, `unsafe-file`.
 */
async function linkedFile({ path: told }: LinkedTranscript): Promise<string> {
  const home = homeFolder();
  const file = told.startsWith("~/") ? path.join(home, told.slice(2)) : told;
  const real = await realpath(file).catch(() => undefined);
  if (real === undefined) throw new Failure("no-such-file", `the conversation ${told} no longer exists`);
  const places = await Promise.all(
    AGENTS.flatMap((each) => each.transcripts?.folders(home, environment()) ?? []).map((each) =>
      realpath(each).catch(() => undefined),
    ),
  );
  if (places.some((each) => each !== undefined && real.startsWith(each + path.sep))) return real;
  throw new Failure("unsafe-file", `${told} is not where an agent keeps its conversations`, {
    hint: "session transcript import <file>",
  });
}

/** Read twice where the file says later what becomes of earlier messages; never held in memory. */
async function copied(place: Place, session: SessionPlace, file: string, asked: string | undefined) {
  if (session.folder === "")
    throw new Failure("not-here", `${session.title} is only a snapshot here`, {
      hint: `session resume ${session.id}`,
    });
  const agent = asked ?? (await sniffed(file));
  const reader = readerOf(agent);
  if (reader.look) for await (const row of rowsIn(file, rowsOf(), true)) reader.look(row);
  const draft = await beginTranscript(place.sessionsDir);
  try {
    const count = tally();
    const rows = rowsOf();
    let redacted = 0;
    let batch: Message[] = [];
    const flush = async () => {
      const safe = await withoutSecrets(place, batch);
      batch = [];
      redacted += safe.redacted;
      for (const message of safe.messages) {
        count.add(message);
        await draft.add(message);
      }
    };
    for await (const row of rowsIn(file, rows, true)) {
      batch.push(...reader.take(row));
      if (batch.length >= BATCH) await flush();
    }
    batch.push(...reader.end());
    await flush();
    const { id, tokens } = reader.about();
    const numbers = count.numbers(tokens);
    if (numbers.messages === 0) throw noMessages(file);
    const head: TranscriptHead = {
      schema: 1,
      id: transcriptId(id, path.basename(file)),
      agent,
      kept: now(),
      bytes: (await sizeOf(await realpath(file))) ?? 0,
      damaged: rows.damaged(),
      redacted,
      numbers,
    };
    await draft.finish(head);
    await put(place, session, draft, head.id);
    return head;
  } finally {
    await draft.drop();
  }
}

/** The messages with what looks like a secret made unreadable, and in how many texts that was. */
async function withoutSecrets(place: Place, messages: readonly Message[]) {
  const texts = messages.flatMap(({ text, tools = [] }, at) => [
    { name: `${at}`, text },
    ...tools.map(({ input = "" }, n) => ({ name: `${at}/${n}`, text: input })),
  ]);
  const clean = (await redactTexts(place, texts)).texts;
  const redacted = clean.filter((each, at) => each.text !== texts[at]?.text).length;
  if (redacted === 0) return { messages, redacted };
  const byName = new Map(clean.map((each) => [each.name, each.text]));
  const safe = messages.map((message, at): Message => {
    const tools = message.tools?.map((each, n) =>
      each.input === undefined ? each : { ...each, input: byName.get(`${at}/${n}`) ?? each.input },
    );
    return { ...message, text: byName.get(`${at}`) ?? message.text, ...defined({ tools }) };
  });
  return { messages: safe, redacted };
}

/** Under the session's lock, where it is by now. */
async function put(place: Place, session: SessionPlace, draft: Draft, id: string): Promise<void> {
  const { known } = session;
  if (known !== undefined && known.where !== "local")
    return withLock(session.folder, async (lock) => {
      await lock.check();
      await placeTranscript(place.sessionsDir, session.folder, draft, id);
    });
  await withSession(place, session.branch, async ({ folder }, lock) => {
    await lock.check();
    await placeTranscript(place.sessionsDir, folder, draft, id);
  });
}

async function sniffed(file: string): Promise<string> {
  let seen = 0;
  for await (const row of rowsIn(file, rowsOf(), true)) {
    const agent = ownerOf(row);
    if (agent !== undefined) return agent;
    if (++seen >= SNIFFED) break;
  }
  throw noMessages(file);
}

const READABLE = AGENTS.filter((each) => each.transcripts).map((each) => each.label);

function noMessages(file: string): Failure {
  return new Failure("no-transcript", `${path.basename(file)} holds no conversation that can be read`, {
    advice: `it can read conversations of ${READABLE.join(", ")}, and lists of {role, content, timestamp}`,
  });
}
