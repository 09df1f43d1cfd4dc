/** Checks each snapshot, own and fetched: its commit exists and holds a session. */
import { existsSync } from "node:fs";
import path from "node:path";
import { commitsBehind, type FoundCommit } from "../../git/damaged-snapshots.ts";
import { firstLine } from "../../git/failure.ts";
import { readBlobs } from "../../git/objects.ts";
import { ask, brokenRefs, SNAPSHOT_REFS_QUERY } from "../../git/read.ts";
import { updateRef } from "../../git/refs.ts";
import type { Place } from "../../place/place.ts";
import { defined } from "../../text/defined.ts";
import { shellWord } from "../../text/shell.ts";
import type { Check, Finding, Repair } from "../check.ts";

export const check: Check = {
  order: 90,
  examine: async (place) => {
    const { root } = place.repository;
    const answer = await ask(root, SNAPSHOT_REFS_QUERY);
    if (answer.code !== 0)
      return [{ name: "snapshots", state: "problem", says: firstLine(answer.stderr), fix: "git fsck" }];
    const found = await commitsBehind(root, answer.bytes);
    const files = found.map(({ oid }) => `${oid}:context.json`);
    const contexts = await readBlobs(root, files);
    const cutOff = brokenRefs(answer.stderr);
    const wrong = found.flatMap((each, at) => {
      const says = wrongWith(each, contexts[at]);
      return says === undefined ? [] : [{ ...each, says }];
    });
    const checks = await Promise.all([
      ...cutOff.map((ref): Finding => {
        // Suggests rm, because git deletes no ref that it cannot read.
        const fix = `rm "$(git rev-parse --git-path ${ref})"\nsession pull`;
        return { name: ref, state: "problem", says: "the file of the ref is damaged", fix };
      }),
      ...wrong.map((each) => snapshotCheck(place, each)),
    ]);
    if (checks.length > 0) return checks;
    const own = found.filter(({ ref }) => ref.startsWith("refs/sessions/")).length;
    return [{ name: "snapshots", state: "ok", says: own === 1 ? "1 snapshot" : `${own} snapshots` }];
  },
};

function wrongWith({ kind, oid }: FoundCommit, context: string | undefined): string | undefined {
  if (kind === "missing" || kind === "damaged") return `its commit ${oid} is ${kind}`;
  if (kind !== "commit") return `it is a ${kind}, not a snapshot`;
  return context === undefined ? `its commit ${oid} has no readable context.json` : undefined;
}

async function snapshotCheck(
  { repository: { root, commonDir } }: Place,
  { ref, oid, file, kind, says }: FoundCommit & { readonly says: string },
): Promise<Finding> {
  const before = await ask(root, ["rev-parse", "--verify", "--quiet", `${ref}@{1}^{commit}`]);
  const good = before.code === 0 ? before.stdout.trim() : undefined;
  // An undo could not restore refs that are not files (reftable).
  const isFile = existsSync(path.join(commonDir, ref));
  const repair: Repair | undefined =
    good !== undefined && isFile
      ? {
          does: `set ${ref} back to ${good.slice(0, 8)}, its commit before this one`,
          files: [path.join(commonDir, ref), path.join(commonDir, "logs", ref)],
          run: () => updateRef(root, ref, good, oid),
        }
      : undefined;
  const back =
    before.code === 0 ? `git update-ref ${ref} ${before.stdout.trim()} restores the commit before it;  ` : "";
  const again = `${file === undefined ? "" : `rm ${shellWord(file)}; `}session pull restores it from a remote that has it; otherwise  `;
  return {
    name: ref,
    state: "problem",
    says,
    fix: `${kind === "missing" || kind === "damaged" ? again : ""}${back}git update-ref -d ${ref} deletes it`,
    ...defined({ repair }),
  };
}
