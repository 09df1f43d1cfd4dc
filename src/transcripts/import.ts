/**
 * Copies a conversation into a session. Streams it, so its size does not matter; redacts secrets; moves the
 * finished copy into place in one step.
 */

import { realpath } from "node:fs/promises";
import path from "node:path";
import { AGENTS } from "../agents/catalog/all.ts";
import { ownerOf, readerOf } from "../agents/catalog/transcripts.ts";
import type { Place } from "../place/place.ts";
import { withSession } from "../record/change.ts";
import { redactTexts } from "../secrets/redact.ts";
import { Failure } from "../session/failure.ts";
import { withLock } from "../store/journal/lock.ts";
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
import { rowsOf } from "./formats/rows.ts";
import { type Message, messageCounter } from "./formats/shape.ts";
import { type TranscriptHead, transcriptId } from "./formats/stored.ts";
import { type LinkedTranscript, type SessionPlace, sessionOf } from "./transcripts.ts";

/** Number of messages in one search for secrets. */
const BATCH = 200;

/** Number of rows to read to find out which agent wrote a file. */
const SNIFFED = 100;

export interface ImportRequest {
  /** Path of a file, or the first characters of the id of a conversation that a hook named. */
  readonly from: string;
  readonly agent?: string;
  /** Name of the session; default: the session of this branch. */
  readonly session?: string;
}

/**
 * Copies a conversation into a session and replaces an earlier copy of it.
 * @throws Failure `no-such-file`; `no-transcript` if the file has no message; `not-here` if only a snapshot
 * of the session exists; those of `transcriptsOf`.
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
 * Copies the conversations that hooks named and that changed since their last copy, if `transcripts.keep` is
 * on. Skips files that cannot be read. Returns the heads of the copies.
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
 * Returns the file of a conversation that a hook named. The log may come from another clone, so only files in
 * the folders where agents store conversations are allowed.
 * @throws Failure `no-such-file`, `unsafe-file`.
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

/**
 * Streams a file into a draft. Reads files of some formats twice, because later rows change earlier messages.
 */
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
    const count = messageCounter();
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

/** Redacts secrets. Returns the messages and the number of texts that were redacted. */
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

/** Moves a draft into the session's folder, under the session's lock: the folder may have moved meanwhile. */
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
  return new Failure("no-transcript", `${path.basename(file)} contains no readable conversation`, {
    advice: `supported: conversations of ${READABLE.join(", ")}, and lists of {role, content, timestamp}`,
  });
}
