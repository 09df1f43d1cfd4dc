/** Finds the session that a user names. */
import { ask } from "../git/read.ts";
import { currentBranch } from "../git/repository.ts";
import { storedSession } from "../history/stored-session.ts";
import type { Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { isSessionId } from "../session/ids.ts";
import type { LoadedSession } from "../store/load.ts";
import { readTrash } from "../store/trash.ts";
import { nearest } from "../text/nearest.ts";
import { shellWord } from "../text/shell.ts";
import { recordOfHead } from "./head/head.ts";
import { type KnownSession, knownSessions, loadKnown, withFolder } from "./known-sessions.ts";

/**
 * Finds a session by `@`, `-`, a unique prefix of its id, its branch or its exact title.
 * @throws Failure `unknown-session` with the command that resumes a session which only commits carry, else
 * with the nearest names or the hint `otherwise`; `ambiguous-session` with candidates
 */
export async function resolveSession(place: Place, name: string, otherwise?: string): Promise<KnownSession> {
  const found = await findNamed(place, name);
  if (found) return found;
  const wanted = await expandName(place, name);
  const deleted = await deletedSession(place, wanted);
  if (deleted) throw deleted;
  const known = await knownSessions(place, { light: true });
  const carried = await carriedCommand(place, known, wanted);
  if (carried !== undefined) throw unknownSession([], wanted, carried);
  throw unknownSession(
    known,
    wanted,
    otherwise ?? (known.length > 0 ? "session list" : "session start <branch>"),
  );
}

/** Finds a session like `resolveSession`; returns undefined if this clone has no record of it. */
export async function findNamed(place: Place, name: string): Promise<KnownSession | undefined> {
  const known = await knownSessions(place, { light: true });
  const wanted = await expandName(place, name);
  const found =
    known.find((each) => each.where === "local" && each.branch === wanted) ??
    pickSession(known, wanted) ??
    importedAs(known, wanted);
  return found && withFolder(found);
}

/** Returns the command that continues a session which only commits carry: of HEAD, or of a remote branch. */
async function carriedCommand(
  place: Place,
  known: readonly KnownSession[],
  wanted: string,
): Promise<string | undefined> {
  if (wanted === currentBranch(place.repository)) {
    const { session, command } = await recordOfHead(place);
    if (session) return command;
  }
  const { remoteSessions } = await import("./remote-branches.ts");
  const found = (await remoteSessions(place, new Set(known.map((each) => each.id)))).find(
    ({ id, branch, title }) => [id, branch, title].includes(wanted),
  );
  return found && `session resume ${shellWord(found.branch)}`;
}

/**
 * Returns Failure `unknown-session` with the command that restores a deleted session; undefined if the name
 * means none.
 */
export async function deletedSession(place: Place, wanted: string): Promise<Failure | undefined> {
  const deleted = (await readTrash(place.sessionsDir)).find(({ key, id, branch, title }) =>
    [key, id, branch, title].includes(wanted),
  );
  if (!deleted) return undefined;
  return new Failure("unknown-session", `the session "${clip(wanted)}" was deleted`, {
    hint: `session restore ${deleted.id}`,
  });
}

/** Loads a named session. @throws as `resolveSession` and `loadKnown` */
export async function loadNamed(place: Place, name: string): Promise<LoadedSession> {
  return loadKnown(place, await resolveSession(place, name));
}

/**
 * Loads a named session for reading. Returns undefined if the name means the record of HEAD, as no name does:
 * `@` or the checked-out branch, whose session only a snapshot or commits have.
 * @throws as `loadNamed`
 */
export async function namedToRead(place: Place, name: string): Promise<LoadedSession | undefined> {
  const branch = await expandName(place, name);
  const isHead = branch === currentBranch(place.repository) && !(await storedSession(place, branch));
  if (isHead && (await recordOfHead(place)).session) return undefined;
  return loadNamed(place, name);
}

/**
 * Returns the session that was imported under another tool's id. Accepts the whole id, or its first eight or
 * more characters.
 * @throws Failure `ambiguous-session`
 */
function importedAs(known: readonly KnownSession[], wanted: string): KnownSession | undefined {
  const idOf = ({ loaded, snapshot }: KnownSession) =>
    (loaded?.state.context ?? snapshot)?.meta["imported-id"];
  const isMeant = (each: KnownSession) =>
    wanted.length >= 8 ? idOf(each)?.startsWith(wanted) : wanted !== "" && idOf(each) === wanted;
  return only(wanted, known.filter(isMeant));
}

type Named = Pick<KnownSession, "id" | "title" | "branch" | "state">;

/** Picks a session by branch, exact title or prefix of the id. @throws Failure `ambiguous-session` */
export function pickSession<T extends Named>(all: readonly T[], wanted: string): T | undefined {
  const those = (is: (each: T) => boolean) => only(wanted, all.filter(is));
  return (
    those((each) => each.branch === wanted) ??
    those((each) => each.title === wanted) ??
    (isPrefix(wanted) ? those((each) => each.id.startsWith(wanted)) : undefined)
  );
}

/** Returns Failure `unknown-session` with the nearest names; `otherwise`: hint if no name is near. */
export function unknownSession(known: readonly Named[], wanted: string, otherwise: string): Failure {
  const branches = known.map((each) => each.branch);
  const others = known.flatMap((each) => [each.title, each.id]);
  const near = nearest(wanted, branches);
  const close = near.length > 0 ? near : nearest(wanted, others);
  return new Failure("unknown-session", `there is no session "${clip(wanted)}"`, {
    advice: close.length > 0 ? `did you mean ${close.join(", ")}?` : "",
    hint: otherwise,
  });
}

/**
 * Expands `@` and `-` to branches; returns any other name unchanged.
 * @throws Failure `no-session`, `unknown-session`
 */
export async function expandName(place: Place, name: string): Promise<string> {
  if (name === "@") {
    const branch = currentBranch(place.repository);
    if (branch !== undefined) return branch;
    const why = place.repository.bare ? "a bare repository checks out no branch" : "HEAD is detached";
    throw new Failure("no-session", `${why}, so there is no current session`, { hint: "session list" });
  }
  if (name !== "-") return name;
  const answer = await ask(place.repository.root, ["rev-parse", "--symbolic-full-name", "@{-1}"]);
  const ref = answer.stdout.trim();
  if (answer.code === 0 && ref.startsWith("refs/heads/")) return ref.slice(11);
  throw new Failure("unknown-session", "no other branch was checked out in this worktree before", {
    hint: "session list",
  });
}

function only<T extends Named>(name: string, found: readonly T[]): T | undefined {
  if (found.length <= 1) return found[0];
  const list = found.slice(0, 5).map((each) => `${each.id} (${each.branch}, ${each.state})`);
  throw new Failure(
    "ambiguous-session",
    `"${clip(name)}" matches ${found.length} sessions: ${list.join("; ")}${found.length > 5 ? "; ..." : ""}`,
    { advice: "use the id, or more of its characters", hint: "session list" },
  );
}

/**
 * Reports whether a text can be a prefix of an id: it has only letters of ids, and is long enough to be
 * intended.
 */
function isPrefix(text: string): boolean {
  return text.length >= 3 && text.length <= 12 && isSessionId(text.padEnd(12, "0"));
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
