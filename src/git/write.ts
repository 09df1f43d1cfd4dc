/** `change`: runs git commands that change the repository, through simple-git. */
import { invalidateReads } from "../surroundings.ts";
import { gitEnvironment } from "./environment.ts";
import { gitFailure } from "./failure.ts";

export interface ChangeOptions {
  readonly input?: string | Buffer;
  /** The user's own hooks run in it: it keeps the user's locale, and nothing of its output is parsed. */
  readonly runsHooks?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** It names its repository itself: what the environment says about the worktree we are in would mislead it. */
  readonly elsewhere?: boolean;
}

/**
 * simple-git guards arguments and environment alike. The environment is the user's own (editor, pager, ssh, a
 * configuration of theirs), so what may come from there is allowed; arguments stay guarded.
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

/** For what makes a commit of our text: it is UTF-8, whatever the user's own messages are in. */
export const OUR_ENCODING = ["-c", "i18n.commitEncoding=UTF-8"] as const;

/**
 * Runs a git command that changes the repository, without a shell.
 * Gives exit code and output, never throws for a git that says no.
 */
export async function change(cwd: string, args: readonly string[], options: ChangeOptions = {}) {
  const { simpleGit } = await import("simple-git");
  const kind = options.runsHooks ? "hooks" : "change";
  const env = { ...gitEnvironment(cwd, kind, options.elsewhere), ...options.env };
  const answer = { code: 0, stdout: "", stderr: "" };
  const git = simpleGit({
    baseDir: cwd,
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
  // simple-git waits 50 ms more for a command that prints nothing; an empty chunk at the end says that it is all.
  git.outputHandler((_command, stdout) => {
    stdout.once("end", () => stdout.emit("data", Buffer.alloc(0)));
  });
  await git.env(env).raw([...args]);
  invalidateReads();
  return answer;
}

/** Like `change`, for a command that has to succeed: its standard output. Throws Failure `git-failed` with git's words. */
export async function changed(
  cwd: string,
  args: readonly string[],
  options: ChangeOptions = {},
): Promise<string> {
  const answer = await change(cwd, args, options);
  if (answer.code !== 0) throw gitFailure(args, answer.stderr);
  return answer.stdout.trim();
}
