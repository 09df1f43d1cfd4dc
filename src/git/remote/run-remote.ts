/** `runRemote`: runs git commands that talk to a remote: who may be asked, how long it may be silent, what is passed on. */
import type { Readable } from "node:stream";
import { Failure, SAME_COMMAND } from "../../session/failure.ts";
import { invalidateReads, onSignals } from "../../surroundings.ts";
import { gitEnvironment } from "../environment.ts";
import { exitOf, spawnGit } from "../read.ts";
import { isProgress } from "./parse-output.ts";

export interface RemoteOptions {
  /** `person`: git and ssh may ask on the terminal; `script`: nobody is there; `hook`: not even another program is asked. */
  readonly asks: "person" | "script" | "hook";
  /** Longest silence of the remote, in milliseconds. */
  readonly silence: number;
  /** Told how far git is, one line each time. */
  readonly progress?: (line: string) => void;
}

export interface RemoteAnswer {
  readonly code: number;
  /** Without the lines that only tell how far it is; of very many lines, the last. */
  readonly stderr: string;
}

interface Talk extends RemoteOptions {
  readonly sshCommand?: string | undefined;
  readonly input?: string;
  /** Takes each line of standard output. */
  readonly output?: (line: string) => void;
  /** Refs here whose objects are missing are passed over: git would give up on all. */
  readonly passesOver?: boolean;
  /** Takes a line of standard error out of what is kept. */
  readonly line?: (line: string) => boolean;
}

/** What is kept of what is said to standard error, in characters. */
const KEPT = 64 * 1024;

/** What a person types counts as silence. */
const TYPING = 180_000;

/** Failure `remote-silent` after too long a silence, `interrupted` (130) after a signal; git is stopped then. */
export async function runRemote(root: string, args: readonly string[], how: Talk): Promise<RemoteAnswer> {
  // Without a terminal of its own, nothing that git starts finds one to ask on, and all of it can be stopped at once.
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
      // It has just ended by itself.
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
        new Failure("remote-silent", `the remote said nothing for ${Math.round(limit / 1000)} seconds`, {
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

/** Another program than ssh takes other options, and is left as it is. */
function sshWithoutQuestions(env: NodeJS.ProcessEnv, setting: string | undefined): NodeJS.ProcessEnv {
  const command = env.GIT_SSH_COMMAND ?? setting ?? (env.GIT_SSH ? undefined : "ssh");
  if (command === undefined || /putty|tortoise/i.test(command)) return {};
  const option = /plink/i.test(command) ? "-batch" : "-o BatchMode=yes";
  return { GIT_SSH_COMMAND: `${command} ${option}` };
}
