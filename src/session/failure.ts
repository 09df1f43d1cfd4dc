import type { Finding } from "../text/secrets.ts";

/** Exit codes of the program (docs/commands.md). */
export type ExitCode = 1 | 2 | 3 | 4 | 130;

/**
 * A failure that we expected: one line saying what is wrong and where, and what helps.
 * Anything else that is thrown is a bug and keeps its stack.
 */
export class Failure extends Error {
  /** Stable name for scripts: `no-session`, `nothing-to-commit`. */
  readonly code: string;
  readonly exit: ExitCode;
  /** The command or the step that helps. */
  readonly hint?: string;
  /** What another program said, as it said it: the output of a hook. */
  readonly details?: string;
  /** What looks like a secret, with every value masked. */
  readonly findings?: readonly Finding[];

  constructor(
    code: string,
    message: string,
    options: {
      exit?: ExitCode;
      hint?: string;
      details?: string;
      findings?: readonly Finding[];
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "Failure";
    this.code = code;
    this.exit = options.exit ?? 1;
    if (options.hint !== undefined) this.hint = options.hint;
    if (options.details) this.details = options.details;
    if (options.findings) this.findings = options.findings;
  }
}
