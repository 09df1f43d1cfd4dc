import { Failure, SAME_COMMAND } from "../../session/failure.ts";
import { firstLine } from "../failure.ts";
import { ask } from "../read.ts";
import { change, changed } from "../write.ts";

/**
 * Writes refs and their commits into one file, without commits reachable from `not`. Replaces the file
 * whole.
 */
export async function createBundle(
  root: string,
  file: string,
  refs: readonly string[],
  not: readonly string[],
): Promise<void> {
  await changed(root, ["bundle", "create", "--quiet", file, ...refs, ...not.map((oid) => `^${oid}`)]);
}

/**
 * Returns the refs of a bundle that this clone can read, each with its commit.
 * @throws Failure `bad-bundle` for a file that is no readable bundle; `missing-commits` if it requires
 * commits that this clone lacks
 */
export async function verifiedBundle(root: string, file: string): Promise<Map<string, string>> {
  const [verified, heads, format] = await Promise.all([
    ask(root, ["bundle", "verify", file]),
    ask(root, ["bundle", "list-heads", file]),
    ask(root, ["rev-parse", "--show-object-format"]),
  ]);
  const lacking = /lacks these prerequisite commits/.test(verified.stderr);
  if (lacking) {
    const missing = [...verified.stderr.matchAll(/^(?:error: )?([0-9a-f]{40,64})\b/gm)].map((each) =>
      each[1]?.slice(0, 12),
    );
    throw new Failure(
      "missing-commits",
      `the bundle needs ${missing.length === 1 ? "a commit" : "commits"} that this clone lacks: ${missing.slice(0, 3).join(", ")}`,
      { hint: `git fetch\n${SAME_COMMAND}` },
    );
  }
  if (verified.code !== 0 || heads.code !== 0)
    throw new Failure("bad-bundle", `not a git bundle: ${firstLine(verified.stderr)}`);
  const refs = heads.stdout.split("\n").flatMap((line) => {
    const [oid, ref] = line.split(" ");
    return oid && ref ? [[ref, oid] as const] : [];
  });
  const length = format.stdout.trim() === "sha256" ? 64 : 40;
  if (refs.some(([, oid]) => oid.length !== length))
    throw new Failure("bad-bundle", "the bundle uses another object format (SHA-1 or SHA-256)", {
      advice: "JSON works in any repository",
      hint: "session export -o session.json",
    });
  return new Map(refs);
}

/** Reads the objects of a bundle into the repository, without refs: git collects unused ones later. */
export async function unbundle(root: string, file: string): Promise<void> {
  const answer = await change(root, ["bundle", "unbundle", file]);
  if (answer.code !== 0)
    throw new Failure("bad-bundle", `the bundle is damaged: ${firstLine(answer.stderr)}`);
}

/** Fetches refs of a bundle under other names. Moves an existing ref only if the refspec begins with `+`. */
export async function fetchBundle(root: string, file: string, refs: ReadonlyMap<string, string>) {
  const args = [
    ...["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance"],
    ...["--no-recurse-submodules", file],
    ...[...refs].map(([from, to]) => `${to.startsWith("+") ? "+" : ""}${from}:${to.replace(/^\+/, "")}`),
  ];
  await changed(root, args);
}
