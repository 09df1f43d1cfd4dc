import { ask, firstLine } from "./read.ts";
import { change } from "./write.ts";

/** Longest silence of a remote, in milliseconds. */
const SILENCE = 10_000;

/**
 * Pushes refs without running hooks and without asking anybody for anything. Gives what git said where a ref was not
 * taken, undefined where all were.
 */
export async function pushRefs(
  root: string,
  remote: string,
  refs: readonly string[],
): Promise<string | undefined> {
  const ssh = process.env.GIT_SSH_COMMAND ?? (await ask(root, ["config", "core.sshCommand"])).stdout.trim();
  const env = {
    SESSION_PUSH: "1",
    ...(process.env.GIT_SSH ? {} : { GIT_SSH_COMMAND: `${ssh || "ssh"} -o BatchMode=yes` }),
  };
  const args = [
    "push",
    "--no-verify",
    "--quiet",
    "--end-of-options",
    remote,
    ...refs.map((ref) => `${ref}:${ref}`),
  ];
  const answer = await change(root, args, { env, silence: SILENCE }).catch((error: Error) => ({
    code: 128,
    stderr: error.message,
  }));
  if (answer.code === 0) return undefined;
  const refused = answer.stderr
    .split("\n")
    .find((line) => line.includes("[remote rejected]") || line.includes("[rejected]"));
  return refused?.trim() ?? (firstLine(answer.stderr) || `git push ended with ${answer.code}`);
}
