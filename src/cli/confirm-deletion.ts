import type { Deletion } from "../keeping/delete.ts";
import type { KnownSession } from "../record/known-sessions.ts";
import { Failure } from "../session/failure.ts";
import type { DeletedSession } from "../session/trash.ts";
import { canAsk, confirm } from "../terminal/prompt.ts";
import { defined } from "../text/defined.ts";

/** Returns whether a deletion needs no question: with `--yes` or `--force`, unless `--confirm` is set. */
export function isSure(options: { confirm?: true; force?: true; yes?: true }): boolean {
  return options.confirm === undefined && (options.yes ?? options.force ?? false);
}

/**
 * Asks the user to confirm a plan that was shown; returns after a yes.
 * @throws Failure `not-confirmed` without a terminal to ask on, `declined` after a no.
 */
export async function requireConfirmed(
  question: string,
  sure: boolean,
  lines: readonly string[],
  nothing = "nothing was deleted",
) {
  if (sure) return;
  if (!canAsk())
    throw new Failure("not-confirmed", `${nothing}: there is no terminal to ask on`, {
      hint: "--yes\n--dry-run",
      details: lines.join("\n"),
    });
  if (!(await confirm(question, false))) throw new Failure("declined", nothing);
}

/** Returns a plan of deletions as JSON data. */
export function planValue({ going, staying }: Deletion) {
  return {
    going: going.map(({ session, children, remote }) => ({
      ...named(session),
      touched: session.touched,
      parent: session.parent ?? null,
      children: children.map(named),
      ...defined({ remote }),
    })),
    staying: staying.map(({ session, why }) => ({ ...named(session), why })),
  };
}

/** Returns a deleted session as JSON data. */
export function deletedValue({ key, id, title, branch, state, at }: DeletedSession) {
  return { key, id, title, branch, state, deleted: at };
}

function named({ id, title, branch, state }: KnownSession) {
  return { id, title, branch, state };
}
