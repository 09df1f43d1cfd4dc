/** The note of a move: written before git changes HEAD, index and files for us, removed when all of it is done. */
import { readFileSync } from "node:fs";
import { link, rm } from "node:fs/promises";
import path from "node:path";
import { Failure, SAME_COMMAND } from "../../session/failure.ts";
import { isAlive, randomToken, startOf, syncFolder, systemFailure, writeAtomic } from "../../store/files.ts";
import { now } from "../../surroundings.ts";

/** What HEAD is, or is to be. */
export interface Side {
  /** Full ref; null where HEAD is detached. */
  readonly ref: string | null;
  /** Null on an unborn branch, and for a commit that is yet to be made. */
  readonly commit: string | null;
  readonly tree: string;
}

export interface MovePlan {
  /** As the user would type it: `session switch other`. */
  readonly command: string;
  readonly from: Side;
  readonly to: Side;
  /** Paths that somebody had changed before: git leaves them alone, and so do we. */
  readonly kept: readonly string[];
  /** The move is a step of a command that goes back to this branch unless its session got that far. */
  readonly home?: {
    readonly branch: string | null;
    readonly commit: string;
    readonly session: { readonly id: string; readonly branch: string; readonly until: "started" | "ended" };
  };
  /** Branch that the command creates, and where. */
  readonly created?: { readonly branch: string; readonly commit: string };
  /** Work of the session of `from` was put away for it. */
  readonly away?: boolean;
  /** git is told to merge: its merge state belongs to the move. */
  readonly merges?: boolean;
}

export interface MoveNote extends MovePlan {
  readonly at: string;
  readonly pid: number;
  readonly started: string | null;
  /** Stands in the arguments of the git commands of the move, so that a living one can be found. */
  readonly token: string;
}

const noteFile = (gitDir: string) => path.join(gitDir, "session-move.json");

/** Returns the note of the unfinished move in a work tree, or undefined. Costs one failed open where there is none. */
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

/** Tokens of the moves that this process is in the middle of. */
const ours = new Set<string>();

/** Whether the command that wrote the note still runs. */
export function isMoving(note: MoveNote): boolean {
  if (note.pid === process.pid && note.started === startOf(process.pid)) return ours.has(note.token);
  if (!isAlive(note.pid)) return false;
  const started = startOf(note.pid);
  return note.started === null || started === null || note.started === started;
}

/** Writes the note of a move that begins. Failure `move-in-progress` where another one has not ended. */
export async function beginNote(gitDir: string, plan: MovePlan): Promise<MoveNote> {
  const note = signed(plan);
  const temporary = path.join(gitDir, `session-move.${note.token}`);
  await writeAtomic(temporary, text(note), { folder: false });
  try {
    // A link, unlike a rename, never replaces the note of another process.
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

/** Replaces the note of a move by that of its next step. */
export async function replaceNote(gitDir: string, before: MoveNote, plan: MovePlan): Promise<MoveNote> {
  const note = signed(plan);
  await writeAtomic(noteFile(gitDir), text(note));
  ours.delete(before.token);
  ours.add(note.token);
  return note;
}

/** Leaves the note to the next command: this one could not settle the move. */
export function leaveNote(note: MoveNote): void {
  ours.delete(note.token);
}

/** Removes the note: the move is done, or was taken back. */
export async function endNote(gitDir: string): Promise<void> {
  const note = readMoveNote(gitDir);
  await rm(noteFile(gitDir), { force: true });
  if (note) ours.delete(note.token);
}

/** Returns the note of a move that no living command is about, or undefined. */
export function interruptedMove(gitDir: string): MoveNote | undefined {
  const note = readMoveNote(gitDir);
  return note && !isMoving(note) ? note : undefined;
}

/** Failure `move-in-progress`. */
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
