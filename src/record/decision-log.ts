/** Compares and completes the decision log of the work tree with the decisions that commits of HEAD carry. */
import path from "node:path";
import { log } from "../git/commits.ts";
import { revertsOf } from "../history/reverts.ts";
import type { Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { readSmall, writeAtomic } from "../store/files.ts";
import { isOwnFolder } from "../store/folders.ts";
import { readCommits } from "../trailers/checkpoints.ts";
import {
  DECISION_LOG,
  decisionsToLog,
  type LoggedDecision,
  missingIn,
  orderedLog,
} from "../trailers/decision-log.ts";

export interface DecisionLog {
  /** Text of the decision log; undefined if the project has no log. */
  readonly text?: string;
  /** Decisions that commits of HEAD carry, oldest first. */
  readonly carried: readonly LoggedDecision[];
  /** Decisions that commits carry and the log lacks. */
  readonly missing: readonly LoggedDecision[];
}

/**
 * Reads the decision log and the commits of HEAD that carry decisions, with one git process, or two if some
 * commits were reverted.
 */
export async function readDecisionLog(place: Place): Promise<DecisionLog> {
  const { root, head } = place.repository;
  const [text, commits] = await Promise.all([
    readSmall(path.join(root, DECISION_LOG)),
    head === undefined ? [] : log(root, [head], { grep: ["Decisions:", "This reverts commit"] }),
  ]);
  const read = readCommits(commits);
  const carried = decisionsToLog(read, await revertsOf(root, read));
  return { ...(text === undefined ? {} : { text }), carried, missing: missingIn(text ?? "", carried) };
}

/**
 * Rewrites the decision log completely, in order.
 * @throws Failure `no-project` without a `.session/` folder
 */
export async function rewriteDecisionLog(place: Place) {
  if (!isOwnFolder(place.projectDir))
    throw new Failure("no-project", "there is no .session/ folder to keep a decision log in", {
      hint: "session init",
    });
  const { text, carried, missing } = await readDecisionLog(place);
  // Creates no file for an empty log.
  const after = orderedLog(text ?? "", place.repository.branch ?? "detached HEAD", carried);
  if (after !== (text ?? ""))
    await writeAtomic(path.join(place.repository.root, DECISION_LOG), after, { mode: 0o644 });
  return {
    /** Path of the decision log from the top of the work tree. */
    path: DECISION_LOG,
    /** Number of decisions that commits of HEAD carry. */
    carried: carried.length,
    /** Names of the added decisions, such as `<session>/dec-1`. */
    added: missing.map((each) => `${each.session}/${each.decision.id}`),
    changed: after !== (text ?? ""),
  };
}
