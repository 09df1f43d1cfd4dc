/** Runs git commands that change the repository (`change`), through simple-git, which guards arguments. */
import path from "node:path";
import { invalidateReads } from "../surroundings.ts";
import { gitEnvironment } from "./environment.ts";
import { gitFailure } from "./failure.ts";
import { userFolder } from "./user-folder.ts";

export interface ChangeOptions {
  readonly input?: string | Buffer;
  /** True if the command runs the user's hooks: keeps the user's locale, and parses no output. */
  readonly runsHooks?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** True if the command's arguments name its repository: ignores the worktree that the environment names. */
  readonly elsewhere?: boolean;
  /** True if the command only writes objects, or a separate index: answers to earlier queries stay true. */
  readonly onlyObjects?: boolean;
}

/**
 * simple-git guards arguments and environment. The environment is the user's own (editor, pager, ssh,
 * configuration), so its entries are allowed; arguments stay guarded.
 */
const OWN_ENVIRONMENT = {
  allowUnsafeEditor: true,
  allowUnsafeAskPass: true,
  allowUnsafeConfigPaths: true,
  allowUnsafeConfigEnvCount: true,
  allowUnsafeExec: true,
  allowUnsafeDiffExternal: true,
  allowUnsafePager: true,
  allowUnsafeGitProxy: true,
  allowUnsafeTemplateDir: true,
  allowUnsafeSshCommand: true,
} as const;

/** Options for commits with this program's text, which is UTF-8 whatever the user's encoding is. */
export const OUR_ENCODING = ["-c", "i18n.commitEncoding=UTF-8"] as const;

/**
 * Runs a git command that changes the repository, without a shell. Returns exit code and output; does
 * not throw if git refuses.
 */
export async function change(cwd: string, args: readonly string[], options: ChangeOptions = {}) {
  const { simpleGit } = await import("simple-git");
  const kind = options.runsHooks ? "hooks" : "change";
  const env = { ...gitEnvironment(cwd, kind, options.elsewhere), ...options.env };
  const answer = { code: 0, stdout: "", stderr: "" };
  // Starts git in the user's folder: git never removes the folder in which it was started.
  const below = userFolder(cwd) ?? "";
  const git = simpleGit({
    baseDir: path.join(cwd, below),
    completion: { onClose: true, onExit: false },
    allowEnvironment: Object.keys(env),
    unsafe: OWN_ENVIRONMENT,
    input: () => options.input,
    errors: (_error, result) => {
      answer.code = result.exitCode;
      answer.stdout = Buffer.concat(result.stdOut).toString("utf8");
      answer.stderr = Buffer.concat(result.stdErr).toString("utf8");
      return undefined;
    },
  });
  // simple-git waits 50 ms for output of a silent command; an empty chunk at the end prevents the wait.
  git.outputHandler((_command, stdout) => {
    stdout.once("end", () => stdout.emit("data", Buffer.alloc(0)));
  });
  await git.env(env).raw([...(below === "" ? [] : ["-C", cwd]), ...args]);
  if (!options.onlyObjects) invalidateReads();
  return answer;
}

/**
 * Runs a command like `change`, and returns its standard output.
 * @throws Failure `git-failed` with git's message
 */
export async function changed(
  cwd: string,
  args: readonly string[],
  options: ChangeOptions = {},
): Promise<string> {
  const answer = await change(cwd, args, options);
  if (answer.code !== 0) throw gitFailure(args, answer.stderr);
  return answer.stdout.trim();
}
