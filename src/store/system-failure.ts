/** Turns errors of the file system into Failures that name the file and the reason. */
import { Failure } from "../session/failure.ts";

/** Error codes for a link or a FIFO, and for a folder in place of a file or a file in place of a folder. */
const NOT_PLAIN = new Set(["ELOOP", "ENXIO", "EISDIR", "ENOTDIR", "ENOTEMPTY"]);

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file would be too large",
  EROFS: "the file system is read-only",
  EEXIST: "a file is in its place",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EIO: "the disk reports an error",
  EMFILE: "too many files are open",
};

/**
 * Returns a Failure `cannot-write`, `cannot-read` or `cannot-make` for a system error; returns a Failure
 * unchanged.
 */
export function systemFailure(
  what: "read" | "write" | "make",
  file: string,
  error: NodeJS.ErrnoException,
): Failure {
  if (error instanceof Failure) return error;
  if (NOT_PLAIN.has(error.code ?? "")) return unsafe(file);
  const reason = REASONS[error.code ?? ""] ?? error.message;
  const full = error.code === "ENOSPC" || error.code === "EDQUOT";
  return new Failure(`cannot-${what}`, `cannot ${what} ${file}: ${reason}`, {
    ...(full ? { advice: "free some space" } : {}),
    cause: error,
  });
}

/** Reports whether an error means that a whole folder is not writable, such as `.git` in a sandbox. */
export function isUnwritable(error: unknown): error is Failure {
  if (!(error instanceof Failure) || !["cannot-write", "cannot-make"].includes(error.code)) return false;
  const { code } = (error.cause ?? {}) as NodeJS.ErrnoException;
  return code === "EROFS" || code === "EACCES" || code === "EPERM";
}

/** Returns Failure `unsafe-file`: a link, a device or a folder could lead anywhere, or block. */
export function unsafe(file: string): Failure {
  return new Failure(
    "unsafe-file",
    `${file} is not a regular file or folder (a link, a device, or in the wrong place)`,
    { advice: "move it away" },
  );
}
