/**
 * Runs git commands that contact a remote (`runRemote`): controls password prompts, timeouts, signals and
 * progress. Chooses no refs.
 */
import type { Readable } from "node:stream";
import { Failure, SAME_COMMAND } from "../../session/failure.ts";
import { invalidateReads, onSignals } from "../../surroundings.ts";
import { gitEnvironment } from "../environment.ts";
import { exitOf, spawnGit } from "../read.ts";
import { isProgress } from "./parse-output.ts";

export interface RemoteOptions {
  /**
   * Programs that may ask for a password. `person`: git and ssh, on the terminal; `script`: none on the
   * terminal; `hook`: none at all.
   */
  readonly asks: "person" | "script" | "hook";
  /** Maximum milliseconds without output of the remote. */
  readonly silence: number;
  /** Called with git's progress, one line at a time. */
  readonly progress?: (line: string) => void;
}

export interface RemoteAnswer {
  readonly code: number;
  /** Messages on standard error, without progress lines; of very many lines, only the last. */
  readonly stderr: string;
}

interface Talk extends RemoteOptions {
  readonly sshCommand?: string | undefined;
  readonly input?: string;
  /** Called with each line of standard output. */
  readonly output?: (line: string) => void;
  /** True to skip local refs whose objects are missing: git would otherwise fail for all refs. */
  readonly passesOver?: boolean;
  /** Selects lines of standard error: called for each line, and true drops it. */
  readonly line?: (line: string) => boolean;
}

/** Maximum characters of standard error to keep. */
const KEPT = 64 * 1024;

/** Minimum timeout if a user may type a password, in milliseconds: git prints nothing while it waits. */
const TYPING = 180_000;

/**
 * Runs git, and stops it after a signal or if it is silent for too long.
 * @throws Failure `remote-silent`, `interrupted` (exit 130)
 */
export async function runRemote(root: string, args: readonly string[], how: Talk): Promise<RemoteAnswer> {
  // In its own process group without a terminal, no program can ask the user, and all processes can be
  // stopped at once.
  const apart = how.asks !== "person" && process.platform !== "win32";
  // Before git starts: a signal may come as soon as it runs.
  let interrupted = () => {};
  const ignoreSignals = onSignals(() => interrupted());
  const child = spawnGit(args, {
    cwd: root,
    env: talkingEnvironment(root, how),
    stdio: [how.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    detached: apart,
  });
  const stop = () => {
    try {
      if (apart && child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
      else child.kill("SIGTERM");
    } catch {
      // The process has ended meanwhile, so it needs no signal.
    }
  };
  return new Promise<RemoteAnswer>((resolve, reject) => {
    let stderr = "";
    const end = (act: () => void) => {
      invalidateReads();
      clearTimeout(timer);
      ignoreSignals();
      child.stdout?.destroy();
      child.stderr?.destroy();
      act();
    };
    const fail = (failure: Failure) => {
      stop();
      end(() => reject(failure));
    };
    const silent = () =>
      fail(
        new Failure("remote-silent", `the remote did not answer for ${Math.round(limit / 1000)} seconds`, {
          advice: "check the network; sharing.timeout sets how long to wait",
          hint: SAME_COMMAND,
        }),
      );
    interrupted = () =>
      fail(new Failure("interrupted", "interrupted while talking to the remote", { hint: SAME_COMMAND }));
    const limit = how.asks === "person" ? Math.max(how.silence, TYPING) : how.silence;
    let timer = setTimeout(silent, limit);
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(silent, limit);
    };
    const lines = (from: Readable | null, take: (line: string) => void) => {
      let rest = "";
      from?.setEncoding("utf8").on("data", (piece: string) => {
        alive();
        const found = (rest + piece).split(/[\r\n]/);
        rest = found.pop() ?? "";
        for (const line of found) take(line);
      });
      from?.on("end", () => rest !== "" && take(rest));
    };
    lines(child.stdout, (line) => how.output?.(line));
    lines(child.stderr, (line) => {
      if (isProgress(line)) how.progress?.(line.trim());
      else if (how.line?.(line) !== true) stderr = `${stderr}${line}\n`.slice(-KEPT);
    });
    exitOf(child, root).then(
      (code) => end(() => resolve({ code, stderr })),
      (error) => end(() => reject(error)),
    );
    child.stdin?.on("error", () => {});
    child.stdin?.end(how.input);
  });
}

function talkingEnvironment(root: string, how: Talk): NodeJS.ProcessEnv {
  const refs = how.passesOver ? { GIT_REF_PARANOIA: "0" } : {};
  const parsed = { ...gitEnvironment(root, "talk"), ...refs };
  if (how.asks === "person") return parsed;
  return {
    ...parsed,
    ...sshWithoutQuestions(parsed, how.sshCommand),
    GIT_TERMINAL_PROMPT: "0",
    ...(how.asks === "hook"
      ? { GIT_ASKPASS: "", SSH_ASKPASS_REQUIRE: "never", GCM_INTERACTIVE: "never" }
      : {}),
  };
}

/**
 * Returns the ssh command with options that prevent questions. Leaves any program other than ssh unchanged:
 * its options differ.
 */
function sshWithoutQuestions(env: NodeJS.ProcessEnv, setting: string | undefined): NodeJS.ProcessEnv {
  const command = env.GIT_SSH_COMMAND ?? setting ?? (env.GIT_SSH ? undefined : "ssh");
  if (command === undefined || /putty|tortoise/i.test(command)) return {};
  const option = /plink/i.test(command) ? "-batch" : "-o BatchMode=yes";
  return { GIT_SSH_COMMAND: `${command} ${option}` };
}
