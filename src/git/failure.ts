/** Turns a git command that failed into a Failure. */
import { statfsSync, statSync } from "node:fs";
import { Failure } from "../session/failure.ts";
import { surroundings } from "../surroundings.ts";
import { shellWord } from "../text/shell.ts";

/** Returns Failure `git-failed` naming the git command and the first line of git's message. */
export function gitFailure(args: readonly string[], stderr: string): Failure {
  const said = firstLine(stderr);
  const command = args.find((each, at) => !each.startsWith("-") && args[at - 1] !== "-c") ?? "";
  return new Failure("git-failed", `git ${command} failed${said ? `: ${said}` : ""}`);
}

/**
 * Returns the first line of git's message that has text, without git's `fatal:` and `error:`, with the
 * first three of the files that it lists below, and with the reason if git could not write to a full disk.
 */
export function firstLine(stderr: string): string {
  const line = stderr.split("\n").find((each) => each.trim() !== "") ?? "";
  const files = listedFiles(stderr);
  const listed =
    files.length === 0 ? "" : ` ${files.slice(0, 3).join(", ")}${files.length > 3 ? ", ..." : ""}`;
  const reason = NOT_WRITTEN.test(line) && isDiskFull() ? " (the disk is full)" : "";
  return line.replace(/^(fatal|error|warning): /, "").trim() + listed + reason;
}

/** Messages in which git says what it could not write, and not why. */
const NOT_WRITTEN = /(?:couldn't|could not|unable to|failed to) write (?!.*No space left)/i;

/** Reports whether the disk of the current folder has no free space. */
function isDiskFull(): boolean {
  try {
    return statfsSync(surroundings().cwd()).bavail === 0;
  } catch {
    return false;
  }
}

/** Returns the files that git lists in a message, each on a line with a tab. */
export function listedFiles(stderr: string): string[] {
  return stderr.split("\n").flatMap((line) => (line.startsWith("\t") ? [line.trim()] : []));
}

/** Returns the lock file that git could not create because it exists; undefined for another failure. */
export function lockIn(stderr: string): string | undefined {
  return /Unable to create '(.+\.lock)': File exists/.exec(stderr)?.[1];
}

/** Returns what to do about a lock file of git: another git process works, or one was killed. */
export function aboutLock(lock: string) {
  return {
    advice: "wait for it, or remove the file if no git process is running",
    hint: `rm ${shellWord(lock)}`,
  };
}

/**
 * Returns Failure `no-folder`, `git-missing`, or `git-failed` if the system could not start git for
 * another reason.
 */
export function startFailure(error: NodeJS.ErrnoException, cwd: string): Failure {
  const folder = statSync(cwd, { throwIfNoEntry: false });
  if (!folder?.isDirectory())
    return new Failure(
      "no-folder",
      `${folder ? "this is a file, not a folder" : "there is no folder"}: ${cwd}`,
      { cause: error },
    );
  if (error.code !== "ENOENT") return new Failure("git-failed", `git could not be started: ${error.message}`);
  return new Failure("git-missing", "git was not found on PATH", {
    advice: "install git 2.30 or newer from https://git-scm.com/downloads",
    cause: error,
  });
}

/** Returns Failure `no-identity` if git reports a missing identity; else undefined. */
export function identityFailure(stderr: string): Failure | undefined {
  const unknown =
    /tell me who you are|unable to auto-detect email|empty ident name|no (name|email) was given|user\.useConfigOnly/;
  if (!unknown.test(stderr)) return undefined;
  return new Failure("no-identity", "git does not know who you are", {
    hint: 'git config user.name "Your Name" && git config user.email you@example.com',
  });
}

/**
 * Returns git's message and the filter, if a clean filter cannot run: then git compares no file of the
 * work tree.
 */
export function failedFilter(stderr: string): { readonly line: string; readonly filter: string } | undefined {
  const [, line, filter] = /^fatal: (.*: clean filter '(.*)' failed)$/m.exec(stderr) ?? [];
  return line === undefined || filter === undefined ? undefined : { line, filter };
}

/** Reports whether git lacks objects that a partial clone left at its remote. */
export function lacksObjects(stderr: string): boolean {
  return /promisor remote|lazy fetching disabled|transport '.*' not allowed/.test(stderr);
}
