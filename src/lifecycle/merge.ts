import { existsSync } from "node:fs";
import path from "node:path";
import { foldedIndex, foldRecords } from "../checkpoint/fold.ts";
import { gather } from "../facts/gather.ts";
import { firstLine } from "../git/failure.ts";
import { ask } from "../git/read.ts";
import { refCommit, switchBranch } from "../git/refs.ts";
import { change, OUR_ENCODING } from "../git/write.ts";
import type { Place } from "../place/place.ts";
import { commitTexts, refuseSecrets } from "../secrets/secrets.ts";
import { Failure } from "../session/failure.ts";
import { EMPTY_TEXTS } from "../session/reading.ts";
import type { SessionState } from "../session/state.ts";
import { word } from "../text/shell.ts";
import { mergeRecords } from "../trailers/merge.ts";
import { nextRecord } from "../trailers/record.ts";
import { writeMessage } from "../trailers/write.ts";

export type MergeKind = "default" | "squash" | "no-ff" | "ff-only";

/**
 * Merges the branch that is checked out into another one, which is checked out then. If git cannot, everything is put
 * back as it was: Failure `merge-conflict` with the files in conflict, or `merge-refused`; both exit 4.
 */
export async function mergeInto(
  place: Place,
  branch: string,
  target: string,
  kind: MergeKind,
  state: SessionState,
  verify: boolean,
): Promise<{ into: string; commit: string }> {
  const { root } = place.repository;
  const squashed = kind === "squash" ? await squashOf(place, branch, target, state) : undefined;
  await switchBranch(root, target);
  // `merge.ff` of the user does not go with a squash, which makes no merge.
  const how = { default: [], squash: ["--ff", "--squash"], "no-ff": ["--no-ff"], "ff-only": ["--ff-only"] };
  const args = ["merge", ...how[kind], ...(verify ? [] : ["--no-verify"])];
  const merged = await change(root, [...args, "--no-edit", branch], { runsHooks: true });
  const message = merged.code === 0 && squashed ? await squashed() : undefined;
  const committed =
    message !== undefined
      ? await change(
          root,
          [
            ...OUR_ENCODING,
            "commit",
            "--quiet",
            "--file=-",
            "--cleanup=whitespace",
            ...(verify ? [] : ["--no-verify"]),
          ],
          { runsHooks: true, input: message, env: { SESSION_CHECKPOINT: "1" } },
        )
      : merged;
  if (committed.code !== 0) throw await undone(place, branch, target, committed);
  return { into: target, commit: (await refCommit(root, `refs/heads/${target}`)) ?? "" };
}

/** Takes a merge that failed back whole: target, index, work tree and branch are as before. */
async function undone(
  place: Place,
  branch: string,
  target: string,
  said: { stdout: string; stderr: string },
): Promise<Failure> {
  const { root, gitDir } = place.repository;
  const conflicts = (await ask(root, ["diff", "--name-only", "-z", "--diff-filter=U"])).stdout
    .split("\0")
    .filter(Boolean);
  // A squash leaves no MERGE_HEAD; the tree was clean before, so resetting to HEAD loses nothing.
  if (existsSync(path.join(gitDir, "MERGE_HEAD"))) await change(root, ["merge", "--abort"]);
  else await change(root, ["reset", "--merge", "--quiet"]);
  await switchBranch(root, branch);
  const rest = "everything is as it was before the merge, and the session goes on";
  if (conflicts.length > 0) {
    return new Failure(
      "merge-conflict",
      `${branch} does not merge into ${target}: conflicts in ${conflicts.slice(0, 5).join(", ")}${conflicts.length > 5 ? ", …" : ""}; ${rest}`,
      {
        hint: `git merge ${word(target)}, resolve, and end again`,
      },
    );
  }
  return new Failure(
    "merge-refused",
    `git does not merge ${branch} into ${target}: ${firstLine(said.stderr) || firstLine(said.stdout)}; ${rest}`,
  );
}

/**
 * Prepares one commit for the whole session that carries every decision of the commits it replaces. The message is made
 * once the merge is staged: then it is known what the commit changes.
 */
async function squashOf(
  place: Place,
  branch: string,
  target: string,
  state: SessionState,
): Promise<() => Promise<string>> {
  const { commits } = await gather(place, branch, undefined, "all");
  const subject = commits.length === 1 ? (commits[0]?.subject ?? state.context.title) : state.context.title;
  const subjects = commits.map((each) => `* ${each.subject}`).reverse();
  const text = commits.length > 1 ? `${subject}\n\n${subjects.join("\n")}` : subject;
  const records = commits.flatMap((each) => each.record ?? []).reverse();
  const record = { ...mergeRecords([...records, nextRecord(state)]), id: state.context.id };
  const texts = commitTexts(state, EMPTY_TEXTS, record, writeMessage(text, record));
  await refuseSecrets(place, texts, `the commit on ${target}`, { stays: true });
  return async () => {
    const parent = await refCommit(place.repository.root, `refs/heads/${target}`);
    const replaced = commits.map((each) => each.commit).reverse();
    const folded = await foldRecords(place, replaced, [nextRecord(state)], await foldedIndex(place, parent));
    return writeMessage(text, { ...folded, id: state.context.id });
  };
}
