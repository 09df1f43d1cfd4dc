/** Writes the lines of a snapshot's checkpoints.jsonl: what stays known of a commit that git drops. */
import { missingCommits } from "../git/commits.ts";
import { changedPath, patchIds } from "../git/history/patch-ids.ts";
import { readBlobs } from "../git/objects.ts";
import { resolveName } from "../git/resolve.ts";
import type { Place } from "../place/place.ts";
import { commitsIn, mergeCheckpoints } from "../sharing/merge/documents.ts";
import { defined } from "../text/defined.ts";
import { checkpointsOf } from "../trailers/checkpoints.ts";
import type { WholeWork } from "../trailers/snapshot-work.ts";
import type { SnapshotSource } from "./message.ts";

/** Adds checkpoints of other clones from the earlier snapshot: this clone lacks their commits. */
export async function withOthers(root: string, before: string | undefined, lines: string): Promise<string> {
  const [known = ""] = before === undefined ? [] : await readBlobs(root, [`${before}:checkpoints.jsonl`]);
  const own = new Set(commitsIn(lines));
  const others = commitsIn(known).filter((oid) => !own.has(oid));
  const missing = await missingCommits(root, others);
  const theirs = known.split("\n").filter((line) => commitsIn(line).some((oid) => missing.has(oid)));
  return theirs.length === 0 ? lines : mergeCheckpoints("", lines, theirs.join("\n"));
}

/**
 * Returns one JSON line per checkpoint, which stays useful if the commit is gone. The newest line also
 * describes the whole work.
 */
export async function checkpointLines(place: Place, source: SnapshotSource): Promise<string> {
  const checkpoints = checkpointsOf(source.commits, source.state.context.id);
  const oids = checkpoints.map((each) => each.commit.oid);
  const { root } = place.repository;
  const own = changesOf(root, oids);
  const [{ patches, paths }, whole] = await Promise.all([
    own,
    wholeWork(root, source, (base) => {
      const isOne =
        checkpoints[0]?.commit.oid === source.tip && checkpoints[0]?.commit.parents.join() === base;
      return isOne && oids.length === 1 ? own : changesOf(root, [`${source.tip} ${base}`]);
    }),
  ]);
  const patchOf = new Map(patches.map((each) => [each.commit, each.patch]));
  return checkpoints
    .map(({ commit, record }, at) => {
      const { oid, parents, authored, message } = commit;
      const line = {
        commit: oid,
        patch: patchOf.get(oid),
        path: paths.get(oid),
        parents,
        authored,
        message,
        impact: record?.impact ?? [],
        ...(at === 0 ? { whole } : {}),
      };
      return `${JSON.stringify(line)}\n`;
    })
    .reverse()
    .join("");
}

/** Returns patch ids and a changed path for commits, or for pairs `<commit> <commit>`. */
async function changesOf(root: string, lines: readonly string[]) {
  const [patches, paths] = await Promise.all([patchIds(root, lines), changedPath(root, lines)]);
  return { patches, paths };
}

/**
 * Returns the facts by which a server's squash of the work can be found; undefined if the work changed
 * nothing. `changesFrom`: returns the changes between a commit and the tip.
 */
async function wholeWork(
  root: string,
  { range, tip }: SnapshotSource,
  changesFrom: (base: string) => ReturnType<typeof changesOf>,
): Promise<WholeWork | undefined> {
  if (tip === undefined || range.from === undefined) return undefined;
  const names = [`${tip}^{tree}`, `${range.from}^{commit}`, `${range.from}^{tree}`];
  const [tree, base, before] = await Promise.all(names.map((each) => resolveName(root, each)));
  // Without trees, as in a partial clone, these facts are unknown.
  if (tree === undefined || base === undefined || before === undefined || tree === before) return undefined;
  const { patches, paths } = await changesFrom(base);
  const path = paths.get(tip);
  return { tree, patches: patches.map((each) => each.patch), ...defined({ path }) };
}
