/** The decision log of the work tree, against the decisions that the commits of HEAD carry. */
import path from "node:path";
import { log } from "../git/commits.ts";
import { revertsOf } from "../history/reverts.ts";
import type { Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { isOwnFolder, readSmall, writeAtomic } from "../store/files.ts";
import { readCommits } from "../trailers/checkpoints.ts";
import {
  DECISION_LOG,
  decisionsToLog,
  type LoggedDecision,
  missingIn,
  orderedLog,
} from "../trailers/decision-log.ts";

export interface DecisionLog {
  /** Undefined where the project keeps none. */
  readonly text?: string;
  /** Decisions that the commits of HEAD carry, the oldest first. */
  readonly carried: readonly LoggedDecision[];
  /** Those of them that the log does not have. */
  readonly missing: readonly LoggedDecision[];
}

/** Reads the log and all commits of HEAD that carry decisions: one git process, two where some were reverted. */
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

/** Writes the log anew, complete and in order. Failure `no-project` where there is no `.session/` folder. */
export async function rewriteDecisionLog(place: Place) {
  if (!isOwnFolder(place.projectDir))
    throw new Failure("no-project", "there is no .session/ folder to keep a decision log in", {
      hint: "session init",
    });
  const { text, carried, missing } = await readDecisionLog(place);
  // Nothing to log makes no file.
  const after = orderedLog(text ?? "", place.repository.branch ?? "detached HEAD", carried);
  if (after !== (text ?? ""))
    await writeAtomic(path.join(place.repository.root, DECISION_LOG), after, { mode: 0o644 });
  return {
    /** From the top of the work tree. */
    path: DECISION_LOG,
    /** How many decisions the commits of HEAD carry. */
    carried: carried.length,
    /** What was added: `<session>/dec-1`. */
    added: missing.map((each) => `${each.session}/${each.decision.id}`),
    changed: after !== (text ?? ""),
  };
}
