/** Imports sessions from files. Checks all of them first, then imports all or none. */

import { missingCommits } from "../git/commits.ts";
import { refCommit } from "../git/refs.ts";
import { forkOf } from "../history/base.ts";
import { standingOf } from "../history/branch-identity.ts";
import { storedSession } from "../history/stored-session.ts";
import type { Place } from "../place/place.ts";
import { withSessionFolder } from "../record/change.ts";
import { event } from "../record/event.ts";
import { knownSessions } from "../record/known-sessions.ts";
import { guardFiles } from "../secrets/secrets.ts";
import { Failure, type FailureCode, SAME_COMMAND } from "../session/failure.ts";
import { sessionId } from "../session/ids.ts";
import { isEnded, type SessionPhase } from "../session/state.ts";
import { checkTitle } from "../session/titles.ts";
import { putDocument } from "../store/documents.ts";
import { writeHookFiles } from "../store/hooks/hook-files.ts";
import { commitFiles } from "../store/journal/transaction.ts";
import { loadForWriting } from "../store/save.ts";
import { addKept, moveToKept } from "../store/sessions.ts";
import { defined } from "../text/defined.ts";
import { shellWord } from "../text/shell.ts";
import type { Candidate } from "./import-files.ts";
import type { ExportedSession } from "./portable/schema.ts";
import { filesOf, type WholeSession, wholeOf, withNewId } from "./portable/session.ts";

/** Options of `session import`. */
export interface ImportRequest {
  /** True to import the sessions under new ids. */
  readonly newId: boolean;
  readonly title?: string;
  /** Branch on which to resume the imported session; valid only for a single session. */
  readonly branch?: string;
  /** True to check the files and change nothing. */
  readonly dryRun: boolean;
}

/** A session that was imported, or in a dry run would be imported. */
export interface ImportedSession {
  readonly id: string;
  readonly title: string;
  readonly branch: string;
  readonly state: SessionPhase;
  /** Path of the source file as the user typed it. */
  readonly from: string;
}

interface Incoming {
  readonly session: ExportedSession;
  readonly from: string;
  readonly foreign?: true;
}

/**
 * Imports sessions, all or none, and returns them. With `branch`, resumes the single session on that branch.
 * Throws Failure `bad-import`, `newer-schema`, `session-exists` with one line for each bad file; `usage`,
 * `bad-title`, `unknown-branch`.
 */
export async function importSessions(
  place: Place,
  candidates: readonly Candidate[],
  request: ImportRequest,
): Promise<ImportedSession[]> {
  const asked = given(candidates).map((each) => changed(each, request));
  if (asked.length !== 1 && (request.title !== undefined || request.branch !== undefined))
    throw new Failure("usage", `--title and --branch need exactly one session, not ${asked.length}`);
  await refuseKnown(place, asked);
  for (const { name, leftOut = [] } of candidates)
    for (const each of leftOut) place.notices.push(`left out: ${name}: ${each}`);
  const incoming = await Promise.all(asked.map((each) => withoutSecrets(place, each)));
  const [first] = incoming;
  if (request.branch !== undefined && first) {
    const bound = await takenUp(place, first.session, request.branch);
    if (!request.dryRun) await takeUp(place, bound, request.branch);
    return [described(bound, first.from)];
  }
  const kept = incoming.map(({ session, from }) => ({ whole: closed(wholeOf(session)), from }));
  if (!request.dryRun)
    await addKept(
      place.sessionsDir,
      new Map(
        kept.map(({ whole }) => [
          whole.state.context.id,
          new Map([
            ...filesOf(whole),
            ...(whole.documents ?? []).map(({ path, text }) => [path, text] as const),
          ]),
        ]),
      ),
    );
  return kept.map(({ whole, from }) => described(whole, from));
}

/**
 * Returns the sessions in all files. Throws Failure `bad-import` or `newer-schema` if any file has problems.
 */
function given(candidates: readonly Candidate[]): Incoming[] {
  const bad = candidates.flatMap(({ name, parsed }) => ("problems" in parsed ? [{ name, ...parsed }] : []));
  if (bad.length > 0) {
    const newer = bad.every((each) => each.newer);
    throw refused(
      newer ? "newer-schema" : "bad-import",
      bad.flatMap(({ name, problems }) => problems.map((each) => `${name}: ${each}`)),
      newer ? "session doctor" : undefined,
    );
  }
  return candidates.flatMap(({ name, parsed, foreign }) =>
    "value" in parsed
      ? parsed.value.map((session) => ({ session, from: name, ...defined({ foreign }) }))
      : [],
  );
}

/** Returns a session with the options `--new-id` and `--title` applied. Throws Failure `bad-title`. */
function changed({ session, ...rest }: Incoming, { newId, title }: ImportRequest): Incoming {
  const named = title === undefined ? session : { ...session, title: checkTitle(title) };
  return {
    ...rest,
    session: newId ? withNewId(named, sessionId(crypto.getRandomValues(new Uint8Array(12)))) : named,
  };
}

/** Redacts possible secrets in the documents of a session that another tool wrote. */
async function withoutSecrets(place: Place, incoming: Incoming): Promise<Incoming> {
  const { session, from, foreign } = incoming;
  const { documents = [] } = session;
  if (!foreign || documents.length === 0) return incoming;
  const safe = await guardFiles(place, new Map(documents.map(({ path, text }) => [path, text])), from);
  return {
    ...incoming,
    session: { ...session, documents: [...safe].map(([path, text]) => ({ path, text })) },
  };
}

async function refuseKnown(place: Place, incoming: readonly Incoming[]): Promise<void> {
  const ids = new Set((await knownSessions(place, { light: true })).map((each) => each.id));
  const wrong: string[] = [];
  const seen = new Map<string, string>();
  for (const { session, from } of incoming) {
    const { id, title } = session;
    const other = seen.get(id);
    if (ids.has(id))
      wrong.push(`${from}: the session ${id} (${title.slice(0, 60)}) is already in this clone`);
    else if (other !== undefined) wrong.push(`${from}: the session ${id} is in ${other} as well`);
    seen.set(id, from);
  }
  if (wrong.length > 0) throw refused("session-exists", wrong, "--new-id");
}

function refused(code: FailureCode, wrong: readonly string[], hint: string | undefined): Failure {
  const [first = "", ...more] = wrong;
  const told = more.length > 20 ? [...more.slice(0, 20), `... and ${more.length - 20} more`] : more;
  return new Failure(code, `${first}${more.length > 0 ? "; nothing was imported" : ""}`, {
    ...defined({ hint }),
    ...(told.length === 0 ? {} : { details: told.join("\n") }),
  });
}

/** Ends an active or paused session: no branch of this clone belongs to it. The user can resume it later. */
function closed(whole: WholeSession): WholeSession {
  const { context } = whole.state;
  if (isEnded(context.state)) return whole;
  const ended = context.ended ?? whole.events.at(-1)?.at ?? context.created;
  return {
    ...whole,
    state: { ...whole.state, context: { ...context, state: "ended", ended } },
    events: [...whole.events, event("session.imported", { was: context.state, ended })],
  };
}

/** Returns the session bound to a branch of this clone. Throws Failure `unknown-branch`, `session-exists`. */
async function takenUp(place: Place, session: ExportedSession, branch: string): Promise<WholeSession> {
  const { root } = place.repository;
  const [tip, before] = await Promise.all([
    refCommit(root, `refs/heads/${branch}`),
    storedSession(place, branch),
  ]);
  if (tip === undefined)
    throw new Failure("unknown-branch", `there is no branch ${branch}`, {
      hint: `git branch ${shellWord(branch)}\n${SAME_COMMAND}`,
    });
  if (before && (await standingOf(place, before)) === "own")
    throw new Failure("session-exists", `${branch} already has a session: ${before.state.context.title}`, {
      hint: `session end ${shellWord(branch)}`,
    });
  const whole = wholeOf(session);
  const ref = `refs/heads/${branch}`;
  const was = whole.state.context.ref;
  const { ended: _ended, ...context } = whole.state.context;
  const missing = await missingCommits(root, context.base.commit === undefined ? [] : [context.base.commit]);
  const base =
    context.base.commit === undefined || missing.size > 0
      ? (await forkOf(place, branch, tip)).base
      : context.base;
  return {
    ...whole,
    state: {
      ...whole.state,
      context: { ...context, base, ref, state: context.state === "paused" ? "paused" : "active" },
    },
    // A rename event binds the session to this branch, even if it was started on another.
    events: [
      ...whole.events,
      ...(was === ref ? [] : [event("branch.renamed", { from: was, to: ref })]),
      event("session.resumed", { from: "import", commit: tip }),
    ],
  };
}

async function takeUp(place: Place, whole: WholeSession, branch: string): Promise<void> {
  await withSessionFolder(place, branch, async (folder, lock) => {
    const stale = await loadForWriting(folder, lock);
    if (stale) await moveToKept(place.sessionsDir, folder, stale.state.context.id, lock);
    for (const { path, text } of whole.documents ?? []) await putDocument(folder, path, text);
    await commitFiles(folder, lock, { write: filesOf(whole) });
    await writeHookFiles(folder, whole.state, whole.events);
  });
}

function described({ state: { context } }: WholeSession, from: string): ImportedSession {
  const { id, title, state } = context;
  return { id, title, branch: context.ref.slice("refs/heads/".length), state, from };
}
