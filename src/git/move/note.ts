/**
 * Stores the note of a move: a file written before git changes HEAD, index and files, and removed after all
 * changes are done.
 */
import { readFileSync } from "node:fs";
import { link, rm } from "node:fs/promises";
import path from "node:path";
import { Failure, SAME_COMMAND } from "../../session/failure.ts";
import { randomToken, removeStaleTemps, writeAtomic } from "../../store/files.ts";
import { syncFolder } from "../../store/folders.ts";
import { isAlive, startOf } from "../../store/processes.ts";
import { systemFailure } from "../../store/system-failure.ts";
import { now } from "../../surroundings.ts";

/** State of HEAD, before or after the move. */
export interface Side {
  /** Full name of the ref at HEAD; null for a detached HEAD. */
  readonly ref: string | null;
  /** Id of the commit; null on an unborn branch, and for a commit that does not exist yet. */
  readonly commit: string | null;
  readonly tree: string;
}

/** The plan of a change of branch, with its uncommitted files. */
export interface MovePlan {
  /** The command as the user types it: `session switch other`. */
  readonly command: string;
  readonly from: Side;
  readonly to: Side;
  /** Paths with earlier changes of the user, which the move leaves unchanged. */
  readonly kept: readonly string[];
  /** Branch to return to if the command is interrupted before its session is written. */
  readonly home?: {
    readonly branch: string | null;
    readonly commit: string;
    readonly session: { readonly id: string; readonly branch: string; readonly until: "started" | "ended" };
  };
  /** Branch that the command creates, and the commit at which it creates the branch. */
  readonly created?: { readonly branch: string; readonly commit: string };
  /** True if the work of the session of `from` was stashed for the move. */
  readonly away?: boolean;
  /** True for a merge: git's merge state belongs to the move. */
  readonly merges?: boolean;
}

/** The plan of a running change of branch, and the process that runs it. */
export interface MoveNote extends MovePlan {
  readonly at: string;
  readonly pid: number;
  readonly started: string | null;
  /** Token in the arguments of the move's git commands, by which other processes find a running command. */
  readonly token: string;
}

const noteFile = (gitDir: string) => path.join(gitDir, "session-move.json");

/** Returns the note of the unfinished move in a work tree; undefined without a note. Reads one file. */
export function readMoveNote(gitDir: string): MoveNote | undefined {
  let text: string;
  try {
    text = readFileSync(noteFile(gitDir), "utf8");
  } catch {
    return undefined;
  }
  try {
    const note = JSON.parse(text) as Partial<MoveNote>;
    const isNote = note.from && note.to && Array.isArray(note.kept) && typeof note.pid === "number";
    return isNote ? (note as MoveNote) : undefined;
  } catch {
    return undefined;
  }
}

/** Tokens of unfinished moves of this process. */
const ours = new Set<string>();

/** Reports whether the command that wrote the note still runs. */
export function isMoving(note: MoveNote): boolean {
  if (note.pid === process.pid && note.started === startOf(process.pid)) return ours.has(note.token);
  if (!isAlive(note.pid)) return false;
  const started = startOf(note.pid);
  return note.started === null || started === null || note.started === started;
}

/** Writes the note of a new move. @throws Failure `move-in-progress` while another move is unfinished */
export async function beginNote(gitDir: string, plan: MovePlan): Promise<MoveNote> {
  const note = signed(plan);
  await removeStaleTemps(gitDir);
  const temporary = path.join(gitDir, `.tmp-${note.pid}-${note.token}`);
  await writeAtomic(temporary, text(note), { folder: false });
  try {
    // Unlike a rename, a link never replaces another process's note.
    await link(temporary, noteFile(gitDir));
    await syncFolder(gitDir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw moveInProgress(readMoveNote(gitDir));
    throw systemFailure("write", noteFile(gitDir), error as NodeJS.ErrnoException);
  } finally {
    await rm(temporary, { force: true }).catch(() => {});
  }
  ours.add(note.token);
  return note;
}

/** Replaces the note of a move by the note of its next step. */
export async function replaceNote(gitDir: string, before: MoveNote, plan: MovePlan): Promise<MoveNote> {
  const note = signed(plan);
  await writeAtomic(noteFile(gitDir), text(note));
  ours.delete(before.token);
  ours.add(note.token);
  return note;
}

/** Leaves the note to the next command, because this one could not settle the move. */
export function leaveNote(note: MoveNote): void {
  ours.delete(note.token);
}

/** Removes the note after the move was finished or reversed. */
export async function endNote(gitDir: string): Promise<void> {
  const note = readMoveNote(gitDir);
  await rm(noteFile(gitDir), { force: true });
  if (note) ours.delete(note.token);
}

/** Returns the note of a move whose command no longer runs; else undefined. */
export function interruptedMove(gitDir: string): MoveNote | undefined {
  const note = readMoveNote(gitDir);
  return note && !isMoving(note) ? note : undefined;
}

/** Returns Failure `move-in-progress`. */
export function moveInProgress(note: MoveNote | undefined, pid = note?.pid): Failure {
  const what = note === undefined ? "another command" : `"${note.command}"`;
  return new Failure("move-in-progress", `${what} is changing this work tree (process ${pid ?? "unknown"})`, {
    advice: "wait until it has ended",
    hint: SAME_COMMAND,
  });
}

function signed(plan: MovePlan): MoveNote {
  const { pid } = process;
  return { ...plan, at: now(), pid, started: startOf(pid), token: randomToken(8) };
}

function text(note: MoveNote): string {
  return `${JSON.stringify(note, null, 2)}\n`;
}
