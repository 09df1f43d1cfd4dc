/**
 * Runs git commands that contact a remote (`runRemote`): controls passwords, silence, signals and
 * progress. Decides nothing about refs.
 */
import type { Readable } from "node:stream";
import { Failure, SAME_COMMAND } from "../../session/failure.ts";
import { invalidateReads, onSignals } from "../../surroundings.ts";
import { gitEnvironment } from "../environment.ts";
import { exitOf, spawnGit } from "../read.ts";
import { isProgress } from "./parse-output.ts";

export interface RemoteOptions {
  /**
   * `person`: git and ssh may ask on the terminal; `script`: nobody answers; `hook`: also starts no
   * other program that asks.
   */
  readonly asks: "person" | "script" | "hook";
  /** Longest silence of the remote, in milliseconds. */
  readonly silence: number;
  /** Receives git's progress, one line at a time. */
  readonly progress?: (line: string) => void;
}

export interface RemoteAnswer {
  readonly code: number;
  /** Messages without progress lines; of very many lines, the last ones. */
  readonly stderr: string;
}

interface Talk extends RemoteOptions {
  readonly sshCommand?: string | undefined;
  readonly input?: string;
  /** Receives each line of standard output. */
  readonly output?: (line: string) => void;
  /** Skips local refs whose objects are missing: git would fail for all. */
  readonly passesOver?: boolean;
  /** Selects lines of standard error to drop. */
  readonly line?: (line: string) => boolean;
}

/** Number of characters of standard error to keep. */
const KEPT = 64 * 1024;

/** A password prompt counts as silence. */
const TYPING = 180_000;

/**
 * Runs git and stops it after too long a silence, or a signal.
 * @throws Failure `remote-silent`, `interrupted` (exit 130)
 */
export async function runRemote(root: string, args: readonly string[], how: Talk): Promise<RemoteAnswer> {
  // In its own process group without a terminal, nothing can ask, and all processes can be stopped at once.
  const apart = how.asks !== "person" && process.platform !== "win32";
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
      // The process has ended meanwhile.
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
    const interrupted = () =>
      fail(new Failure("interrupted", "interrupted while talking to the remote", { hint: SAME_COMMAND }));
    const limit = how.asks === "person" ? Math.max(how.silence, TYPING) : how.silence;
    let timer = setTimeout(silent, limit);
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(silent, limit);
    };
    const ignoreSignals = onSignals(interrupted);
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

/** Leaves any program other than ssh unchanged: its options differ. */
function sshWithoutQuestions(env: NodeJS.ProcessEnv, setting: string | undefined): NodeJS.ProcessEnv {
  const command = env.GIT_SSH_COMMAND ?? setting ?? (env.GIT_SSH ? undefined : "ssh");
  if (command === undefined || /putty|tortoise/i.test(command)) return {};
  const option = /plink/i.test(command) ? "-batch" : "-o BatchMode=yes";
  return { GIT_SSH_COMMAND: `${command} ${option}` };
}
