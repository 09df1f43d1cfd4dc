/** Checks of the work: what somebody says of one, or one that is run now. */

import { spawn } from "node:child_process";
import { constants } from "node:os";
import path from "node:path";
import { openRepository, requireBranch } from "../git/repository.ts";
import { folderOfPaths, type Place } from "../place/place.ts";
import { recordVerification } from "../record/record.ts";
import { currentSession } from "../record/session.ts";
import { refuseSecrets } from "../secrets/secrets.ts";
import { Failure } from "../session/failure.ts";
import type { Verification, VerificationResult } from "../session/session.ts";
import { clock, environment, now, onSignals, surroundings } from "../surroundings.ts";

/** Records a check that somebody made. Failures `no-session`, `empty-text`, `text-too-long`. */
export async function noteCheck(
  place: Place,
  command: string,
  result: VerificationResult,
): Promise<Verification> {
  const verified: Verification = { command, result, added: now(), ...commitOf(place) };
  await recordVerification(place, requireBranch(place.repository), verified);
  return verified;
}

/**
 * Runs what the user typed, in the user's shell and folder, with its output on standard error as it comes, and records
 * how it went. Failure `interrupted`, exit 130: then nothing is recorded, because nothing was found out.
 */
export async function runCheck(place: Place, cwd: string, command: string): Promise<Verification> {
  const { state } = await currentSession(place);
  const { root } = place.repository;
  const folder = folderOfPaths(place, cwd);
  const below = path.relative(root, folder).split(path.sep).join("/");
  // Asked before it runs, because afterwards it is refused all the same.
  await refuseSecrets(place, [{ name: "verified", text: command }], "the session's commits", { stays: true });
  const begun = clock();
  const { code, stopped } = await run(command, folder);
  if (stopped) throw new Failure("interrupted", `${command} was interrupted; nothing was recorded`);
  const verified: Verification = {
    // The same words mean another check in another folder.
    command: below === "" || below.startsWith("..") ? command : `${command} (in ${below})`,
    result: code === 0 ? "passed" : "failed",
    added: now(),
    ...commitOf(place),
    code,
    seconds: Math.round((clock() - begun) / 100) / 10,
  };
  // The command may have committed, or checked another branch out: it is recorded where it was begun.
  const after = { ...place, repository: await openRepository(root) };
  await recordVerification(after, state.context.ref.replace(/^refs\/heads\//, ""), verified);
  return verified;
}

function commitOf({ repository }: Place): { commit?: string } {
  return repository.head === undefined ? {} : { commit: repository.head };
}

/** The user's shell, if it is one that takes a command; an account without a login names something else. */
function userShell(): string | true {
  const { SHELL = "" } = environment();
  return /\/(ba|z|k|mk|da|a|fi|c|tc)?sh$/.test(SHELL) ? SHELL : true;
}

interface Ended {
  readonly code: number;
  /** By a signal to us, or by Ctrl-C. */
  readonly stopped: boolean;
}

function run(command: string, cwd: string): Promise<Ended> {
  return new Promise((resolve, reject) => {
    // Standard output stays free for our answer.
    const child = spawn(command, {
      shell: userShell(),
      cwd,
      env: environment(),
      stdio: ["inherit", 2, "inherit"],
    });
    let stopped = false;
    const done = onSignals((signal) => {
      stopped = true;
      // Ctrl-C on a terminal reaches the command by itself.
      if (signal !== "SIGINT" || !surroundings().isTerminal(0)) child.kill(signal);
    });
    child.on("error", (error) => {
      done();
      reject(new Failure("check-not-run", `${command}: ${error.message}`));
    });
    child.on("close", (code, signal) => {
      done();
      resolve({ code: code ?? 128 + constants.signals[signal ?? "SIGTERM"], stopped });
    });
  });
}
