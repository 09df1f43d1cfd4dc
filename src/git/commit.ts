import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { Failure } from "../session/failure.ts";
import { type Commit, log } from "./commits.ts";
import { aboutLock, firstLine, gitFailure, identityFailure } from "./failure.ts";
import { encodePaths } from "./path-bytes.ts";
import type { Repository } from "./repository.ts";
import { change, OUR_ENCODING } from "./write.ts";

export interface CommitRequest {
  readonly message: string;
  /** Paths whose content in the work tree is committed; undefined to commit the index. */
  readonly paths?: readonly string[];
  /** A tracked file to commit in addition to the staged content. */
  readonly include?: string;
  readonly amend: boolean;
  readonly allowEmpty: boolean;
  /** True to run the user's commit hooks. */
  readonly verify: boolean;
  /** Folder for a file that lists the paths, which may be too long for a command line. */
  readonly scratch: string;
}

/**
 * Commits once, with the user's hooks, signing and identity, and returns the commit. On failure, git
 * itself restores the index.
 * @throws Failure `index-locked`, `no-identity`, `nothing-to-commit` for an amended commit without changes,
 * or `commit-refused` (with the message of the hook or signer)
 */
export async function commit(repository: Repository, request: CommitRequest): Promise<Commit> {
  const list = path.join(request.scratch, `.tmp-${process.pid}-paths`);
  const args = ["commit", "--quiet", "--file=-", "--cleanup=whitespace"];
  if (request.amend) args.push("--amend");
  if (request.allowEmpty) args.push("--allow-empty");
  if (!request.verify) args.push("--no-verify");
  if (request.paths && request.paths.length > 0) {
    await writeFile(list, encodePaths(request.paths), { mode: 0o600 });
    args.push("--only", `--pathspec-from-file=${list}`, "--pathspec-file-nul");
  } else if (request.paths) {
    // Without paths and without the index, git makes an empty commit, or amends only the message.
    args.push("--only");
  } else if (request.include !== undefined) {
    args.push("--include", "--", request.include);
  }
  try {
    const answer = await change(repository.root, [...OUR_ENCODING, "--literal-pathspecs", ...args], {
      input: request.message,
      runsHooks: true,
      env: { SESSION_CHECKPOINT: "1" },
    });
    if (answer.code !== 0) throw commitFailure(repository, answer);
    const [made] = await log(repository.root, ["HEAD"], { limit: 1 });
    if (!made || (made.oid === repository.head && !request.amend))
      throw new Failure(
        "commit-refused",
        "git commit succeeded but HEAD has not moved: a hook undid the commit",
      );
    return made;
  } finally {
    await rm(list, { force: true }).catch(() => {});
  }
}

/** Marks files as intent-to-add, so that `commit --only` accepts them. @see git-add(1) */
export async function intendToAdd(
  repository: Repository,
  paths: readonly string[],
  env: Record<string, string> = {},
): Promise<void> {
  const input = encodePaths(paths);
  const args = ["add", "--intent-to-add", "--pathspec-from-file=-", "--pathspec-file-nul"];
  const answer = await change(repository.root, ["--literal-pathspecs", ...args], { input, env });
  if (answer.code === 0) return;
  refuseIndexLock(repository);
  throw new Failure("add-refused", `git cannot add ${paths[0]}: ${firstLine(answer.stderr)}`);
}

/** Removes an intent-to-add mark: the files are untracked again. */
export async function forgetIntent(repository: Repository, paths: readonly string[]): Promise<void> {
  const input = encodePaths(paths);
  await change(repository.root, ["update-index", "-z", "--force-remove", "--stdin"], { input });
}

/**
 * Restores index entries from HEAD; leaves the work tree unchanged.
 * @throws Failure `index-locked`
 */
export async function restoreEntries(repository: Repository, paths: readonly string[]): Promise<void> {
  const input = encodePaths(paths);
  const args = ["reset", "--quiet", "--pathspec-from-file=-", "--pathspec-file-nul"];
  const answer = await change(repository.root, ["--literal-pathspecs", ...args], { input });
  if (answer.code !== 0) refuseIndexLock(repository);
}

/**
 * Refuses a change of the index while another git process has its lock.
 * @throws Failure `index-locked`
 */
export function refuseIndexLock(repository: Repository): void {
  if (hasIndexLock(repository)) throw indexLocked(repository);
}

const hasIndexLock = ({ gitDir }: Repository) => existsSync(path.join(gitDir, "index.lock"));

function commitFailure(repository: Repository, answer: { stdout: string; stderr: string; code: number }) {
  if (hasIndexLock(repository)) return indexLocked(repository);
  const said = `${answer.stderr}${answer.stdout}`.trim();
  const identity = identityFailure(answer.stderr);
  if (identity) return identity;
  if (said === "") {
    return new Failure("commit-refused", "a hook stopped git commit without a message", {
      hint: "--no-verify",
    });
  }
  if (/would make\s+it empty/.test(said))
    return new Failure("nothing-to-commit", "the amended commit would have no changes", {
      hint: "--allow-empty",
    });
  const lines = said.split("\n").filter((line) => line.trim() !== "");
  if (/failed to sign|signing failed/.test(said)) {
    return new Failure("commit-refused", "git commit could not sign; nothing was committed", {
      details: said,
      hint: "git config --get-regexp 'gpg|sign'",
    });
  }
  if (lines.length > 1) {
    return new Failure("commit-refused", "a hook or signing stopped git commit; nothing was committed", {
      details: said,
      hint: "--no-verify",
    });
  }
  return gitFailure(["commit"], answer.stderr || answer.stdout);
}

/** Returns Failure `index-locked`, with the command that removes the lock. */
export function indexLocked(repository: Repository): Failure {
  const lock = path.join(repository.gitDir, "index.lock");
  return new Failure("index-locked", `another git process is at work: ${lock} exists`, aboutLock(lock));
}
