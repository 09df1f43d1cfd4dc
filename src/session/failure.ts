import type { Finding } from "../text/secrets.ts";

/** Exit codes of the program (docs/commands.md). */
export type ExitCode = 1 | 2 | 3 | 4 | 130;

/** Every expected failure with its exit code. The names are stable, for scripts. */
const FAILURES = {
  "add-refused": 1,
  "ambiguous-branch": 1,
  "ambiguous-session": 3,
  "at-work": 1,
  "attach-failed": 1,
  "bad-branch": 2,
  "bad-bundle": 1,
  "bad-config": 1,
  "bad-edit": 1,
  "bad-import": 1,
  "bad-key": 2,
  "bad-name": 2,
  "bad-snapshot": 1,
  "bad-tag": 2,
  "bad-template": 1,
  "bad-text": 1,
  "bad-title": 2,
  "bad-value": 2,
  "bad-work": 1,
  "bare-repository": 1,
  "below-quality": 1,
  "branch-exists": 1,
  "branch-gone": 1,
  "breaks-rules": 1,
  bug: 1,
  "cannot-make": 1,
  "cannot-open": 1,
  "cannot-read": 1,
  "cannot-write": 1,
  "changed-meanwhile": 1,
  "check-not-run": 1,
  "checked-out-elsewhere": 1,
  "checked-out-here": 1,
  "commit-refused": 1,
  "commits-gone": 1,
  "damaged-here": 1,
  "damaged-session": 1,
  declined: 1,
  "detached-head": 1,
  "editor-failed": 1,
  elsewhere: 1,
  "empty-message": 2,
  "empty-text": 2,
  encoding: 1,
  "file-exists": 1,
  "git-failed": 1,
  "git-missing": 1,
  "half-checkout": 4,
  "ignored-in-the-way": 4,
  "index-locked": 1,
  interrupted: 130,
  "lock-lost": 1,
  "left-open": 1,
  "limit-too-small": 2,
  locked: 1,
  "merge-conflict": 4,
  "merge-refused": 4,
  "missing-commits": 1,
  "move-in-progress": 4,
  "newer-schema": 1,
  "no-commits": 1,
  "no-file": 1,
  "no-folder": 1,
  "no-handoff": 1,
  "no-identity": 1,
  "no-program": 1,
  "no-remote": 1,
  "no-run": 3,
  "no-project": 1,
  "no-session": 3,
  "no-such-file": 1,
  "no-such-item": 1,
  "no-such-key": 1,
  "no-such-path": 1,
  "no-such-scope": 1,
  "no-such-tag": 1,
  "no-such-transcript": 1,
  "no-terminal": 1,
  "no-tmux": 1,
  "no-transcript": 1,
  "not-a-repository": 1,
  "not-archived": 1,
  "not-confirmed": 2,
  "not-deleted": 1,
  "not-ended": 1,
  "not-here": 1,
  "not-running": 1,
  "not-shared": 1,
  "not-staged": 1,
  "not-started": 1,
  "not-text": 1,
  "nothing-to-amend": 1,
  "nothing-to-commit": 1,
  "nothing-to-import": 1,
  "nothing-to-redo": 1,
  "nothing-to-undo": 1,
  "object-format": 1,
  "not-committed": 1,
  "other-branch": 3,
  "other-clone": 1,
  "other-session": 1,
  "others-along": 1,
  "path-taken": 1,
  "port-taken": 1,
  "prompt-needed": 2,
  "prompt-too-long": 2,
  "push-refused": 1,
  "ref-moved": 1,
  "remote-denied": 1,
  "remote-failed": 1,
  "remote-missing": 1,
  "remote-moved": 1,
  "remote-silent": 1,
  "remote-unreachable": 1,
  "scan-failed": 1,
  "secrets-found": 1,
  "session-active": 1,
  "session-at-work": 4,
  "session-exists": 1,
  "session-moved": 1,
  skipped: 1,
  "staged-and-replaced": 1,
  "submodule-changed": 1,
  "switch-refused": 1,
  "text-too-long": 2,
  "too-deep": 1,
  "too-large": 1,
  "too-many": 1,
  "unfinished-operation": 4,
  "unfit-settings": 1,
  "unknown-agent": 2,
  "unknown-branch": 1,
  "unknown-checkpoint": 1,
  "unknown-command": 2,
  "unknown-key": 2,
  "unknown-remote": 1,
  "unknown-revision": 1,
  "unknown-session": 3,
  "unknown-template": 1,
  unmerged: 4,
  "unsafe-file": 1,
  "untracked-in-the-way": 4,
  usage: 2,
  "which-remote": 2,
  "work-conflict": 4,
  "work-in-the-way": 4,
  "work-interrupted": 4,
  "work-kept-already": 4,
  "worktree-needed": 2,
  "worktree-refused": 1,
} as const satisfies Readonly<Record<string, ExitCode>>;

export type FailureCode = keyof typeof FAILURES;

/** A hint that stands for the called command. */
export const SAME_COMMAND = "again";

interface FailureOptions {
  readonly hint?: string;
  /** Advice that is not a command; printed after the message. */
  readonly advice?: string;
  readonly details?: string;
  readonly findings?: readonly Finding[];
  readonly cause?: unknown;
}

/**
 * An expected failure: one line that describes the problem, and a hint. Any other exception is a bug and is
 * printed with its stack.
 */
export class Failure extends Error {
  /** Stable name of the failure for scripts, such as `no-session` or `nothing-to-commit`. */
  readonly code: FailureCode;
  readonly exit: ExitCode;
  /**
   * Commands that solve the problem, one per line. An option or a quoted word alone extends the called
   * command; SAME_COMMAND stands for that command.
   */
  readonly hint?: string;
  /** Output of another program, such as a hook, unchanged. */
  readonly details?: string;
  /** Possible secrets in the message's context, with every secret masked. */
  readonly findings?: readonly Finding[];

  constructor(code: FailureCode, message: string, options: FailureOptions = {}) {
    super(options.advice ? `${message}; ${options.advice}` : message, { cause: options.cause });
    this.name = "Failure";
    this.code = code;
    this.exit = FAILURES[code];
    if (options.hint) this.hint = options.hint;
    if (options.details) this.details = options.details;
    if (options.findings) this.findings = options.findings;
  }
}
