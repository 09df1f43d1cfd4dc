/**
 * Formats the message of a squash: first a subject and text for reviewers, then the subjects of the replaced
 * commits.
 */
import { foldedIndex, foldRecords } from "../checkpoint/combined-record.ts";
import {
  commitType,
  isNameless,
  lowerFirst,
  proposeSubject,
  type SubjectInput,
  withoutMarks,
} from "../facts/formats/subject.ts";
import { log, mergeBase } from "../git/commits.ts";
import { changedFiles } from "../git/diff.ts";
import { refCommit } from "../git/refs.ts";
import type { Place } from "../place/place.ts";
import { commitTexts, refuseSecrets } from "../secrets/secrets.ts";
import { EMPTY_TEXTS } from "../session/files/state-files.ts";
import { currentObjective } from "../session/progress.ts";
import { headline } from "../session/session.ts";
import { branchOf, type SessionState } from "../session/state.ts";
import { titleOfBranch } from "../session/titles.ts";
import { neutralizeWords } from "../text/neutralize.ts";
import { type ReadCommit, readCommits } from "../trailers/checkpoints.ts";
import { mergeRecords } from "../trailers/merge-records.ts";
import { nextRecord } from "../trailers/next-record.ts";
import { writeMessage } from "../trailers/write.ts";
import type { MergeRequest } from "./check-merge.ts";

/** Maximum characters of a subject made from several objectives. */
const MAX_WORDS = 60;

/**
 * Proposes the text of a squash: `given`; else the subject of the only meaningful commit, the title that a
 * user gave, or the finished objectives. Adds the subjects of the commits, oldest first. `commits`: newest
 * first.
 */
export function squashText(
  state: SessionState,
  commits: readonly ReadCommit[],
  files: SubjectInput["files"],
  given?: string,
): string {
  const subjects = commits.map((each) => each.subject).reverse();
  const words = wordsOf(state, commits);
  const isWhole = commitType(words) !== "other";
  const text = given ?? (isWhole ? words : proposeSubject({ objective: words, files }));
  if (subjects.length < 2 || text.includes("\n")) return text;
  return `${text}\n\n${subjects.map((each) => `* ${each}`).join("\n")}`;
}

function wordsOf({ context, objectives }: SessionState, commits: readonly ReadCommit[]): string {
  const isOwn = ({ record }: ReadCommit) => record === undefined || record.id === context.id;
  const isNamed = ({ record }: ReadCommit) => record?.label !== "session-end" && record?.label !== "auto";
  const told = commits
    .filter((each) => isOwn(each) && isNamed(each))
    .map((each) => withoutMarks(each.subject))
    .filter((each) => !isNameless(each));
  const branch = titleOfBranch(branchOf(context));
  const done = objectives.filter((each) => each.mark === "done").map((each) => headline(each.text));
  const current = currentObjective(objectives);
  // Escapes recorded words, which might otherwise close an issue; a commit's own subject is used unchanged.
  const all = done.map((each, at) => (at === 0 ? each : lowerFirst(each))).join(", ");
  const candidates = [
    told.length === 1 ? told[0] : undefined,
    context.title === branch ? undefined : neutralizeWords(context.title),
    neutralizeWords(all.length > MAX_WORDS ? (done[0] ?? "") : all),
    current && neutralizeWords(headline(current.text)),
    neutralizeWords(branch),
    told.at(-1),
  ];
  return candidates.find((each) => each !== undefined && !isNameless(each)) ?? "";
}

/** Builds the message of a squash. `tree`: the resulting tree, for a commit without an index. */
export type Squashed = (here: Place, tree?: string) => Promise<string>;

type SquashRequest = Pick<MergeRequest, "branch" | "target" | "message">;

/** Returns the proposed text of the squash, for editing. */
export async function squashProposal(
  place: Place,
  state: SessionState,
  request: SquashRequest,
): Promise<string> {
  const [head = "", onto = ""] = await Promise.all(
    [request.branch, request.target].map((each) => refCommit(place.repository.root, `refs/heads/${each}`)),
  );
  return (await replacedBy(place, request, state, { head, onto })).text;
}

/** The commits that a squash replaces, newest first, and its text. */
async function replacedBy(
  place: Place,
  { message }: SquashRequest,
  state: SessionState,
  { head, onto }: { readonly head: string; readonly onto: string },
) {
  const { root } = place.repository;
  const range = await log(root, [head, `^${onto}`], { topological: true });
  const commits = readCommits(range.filter((each) => each.parents.length < 2));
  const base = (await mergeBase(root, head, onto)) ?? onto;
  const files = (await changedFiles(root, [base, head])) ?? [];
  return { commits, text: squashText(state, commits, files, message) };
}

/**
 * Prepares one commit with all changes that git would merge, and every decision of the replaced commits.
 * Builds the message after the merge is staged, because the message lists the changes.
 */
export async function squashOf(
  place: Place,
  request: SquashRequest,
  state: SessionState,
  sides: { readonly head: string; readonly onto: string },
): Promise<Squashed> {
  const { onto } = sides;
  const { commits, text } = await replacedBy(place, request, state, sides);
  const records = commits.flatMap((each) => each.record ?? []).reverse();
  const record = { ...mergeRecords([...records, nextRecord(state)]), id: state.context.id };
  const texts = commitTexts(state, EMPTY_TEXTS, record, writeMessage(text, record));
  await refuseSecrets(place, texts, `the commit on ${request.target}`, { stays: true });
  return async (here, tree) => {
    const replaced = commits.map((each) => each.commit).reverse();
    const into =
      tree === undefined ? await foldedIndex(here, onto) : { files: { tree }, between: [onto, tree] };
    const folded = await foldRecords(here, replaced, [nextRecord(state)], into);
    return writeMessage(text, { ...folded, id: state.context.id });
  };
}
