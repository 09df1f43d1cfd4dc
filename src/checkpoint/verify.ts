/**
 * Records checks of the work (tests, builds): results that a user reports, or commands that the program
 * runs.
 */

import { spawn } from "node:child_process";
import { lstat } from "node:fs/promises";
import { constants } from "node:os";
import path from "node:path";
import { testsNow } from "../facts/tests.ts";
import { openRepository, requireBranch } from "../git/repository.ts";
import { workTreeStatus } from "../git/status.ts";
import { folderOfPaths, homes, type Place } from "../place/place.ts";
import { currentSession } from "../record/find-session.ts";
import { recordVerification } from "../record/items.ts";
import { redactTexts } from "../secrets/redact.ts";
import { refuseSecrets } from "../secrets/secrets.ts";
import { Failure } from "../session/failure.ts";
import type { Verification, VerificationResult } from "../session/session.ts";
import { clock, environment, invalidateReads, now, onSignals, surroundings } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { visibleText } from "../text/foreign-text.ts";
import { withoutHome } from "../text/home.ts";
import { workTreeTree } from "../worktree/compare-files.ts";

/** Bytes of a command's output kept in memory, from its end. */
const MAX_KEPT = 16 * 1024;
/** Maximum lines of output to record for a failed command. */
const MAX_LINES = 15;
/** Maximum characters of a recorded line of output. */
const MAX_LINE = 200;
/** Maximum number of failed tests to record by name. */
const MAX_NAMES = 10;
/** Maximum untracked files to examine after a command ran. */
const MAX_LOOKED_AT = 1000;
/** Maximum files written by a command that the check's file list leaves out. */
const MAX_WRITTEN = 20;
/** Tolerance between file times and the clock, in milliseconds. */
const CLOCK = 50;
/** The exit code of a command that Ctrl-C ended, as shells report it: 128 and SIGINT. */
const INTERRUPTED = 130;

/**
 * Records the result of a check that the user made.
 * @throws Failure `no-session`, `empty-text`, `text-too-long`
 */
export async function noteCheck(
  place: Place,
  command: string,
  result: VerificationResult,
): Promise<Verification> {
  const verified: Verification = { command, result, added: now(), ...(await filesOf(place)).checked };
  await recordVerification(place, requireBranch(place.repository), verified);
  return verified;
}

/**
 * Runs a command in the user's shell, in the folder `cwd`, with its output on standard error, and records
 * its result.
 * @throws Failure `interrupted` (exit 130) after a signal, `no-session`, `check-not-run`, and refused
 * secrets; records nothing then.
 */
export async function runCheck(place: Place, cwd: string, command: string): Promise<Verification> {
  const { state } = await currentSession(place);
  const { root } = place.repository;
  const folder = folderOfPaths(place, cwd);
  const below = path.relative(root, folder).split(path.sep).join("/");
  // Checks the command for secrets before running it: a command with a secret could not be recorded
  // afterwards.
  await refuseSecrets(place, [{ name: "verified", text: command }], "the session's commits", { stays: true });
  const files = await filesOf(place);
  const begun = clock();
  const { code, stopped, said } = await run(command, folder);
  if (stopped) throw new Failure("interrupted", `${command} was interrupted; nothing was recorded`);
  const verified: Verification = {
    // The same command in another folder counts as another check, so the folder becomes part of it.
    command: below === "" || below.startsWith("..") ? command : `${command} (in ${below})`,
    result: code === 0 ? "passed" : "failed",
    added: now(),
    ...files.checked,
    ...(await apartFrom(place, begun)),
    code,
    seconds: Math.round((clock() - begun) / 100) / 10,
    ...(code === 0 ? {} : await failureOf(place, begun, said)),
  };
  // The command may have switched branches: the result belongs to the session that was current when it began.
  const after = { ...place, repository: await openRepository(root) };
  await recordVerification(after, state.context.ref.replace(/^refs\/heads\//, ""), verified);
  return verified;
}

/**
 * Returns the commit and tree of the files to check, and the patterns of files to ignore from the settings.
 */
async function filesOf(place: Place): Promise<{ checked: Pick<Verification, "commit" | "tree" | "apart"> }> {
  const { repository } = place;
  const tree = await workTreeTree(repository, await workTreeStatus(repository, true));
  const apart = place.config.quality.ignore_for_checks;
  return {
    checked: { ...defined({ commit: repository.head, tree }), ...(apart.length === 0 ? {} : { apart }) },
  };
}

/**
 * Returns files that the check ignores: patterns of the settings, and untracked files that the command wrote,
 * such as reports.
 */
async function apartFrom(place: Place, begun: number): Promise<Pick<Verification, "apart">> {
  const { repository, config } = place;
  const { untracked } = await workTreeStatus(repository, true);
  const times = await Promise.all(
    untracked.slice(0, MAX_LOOKED_AT).map(async (each) => {
      const file = await lstat(path.join(repository.root, each)).catch(() => undefined);
      return file && file.mtimeMs >= begun - CLOCK ? [each.replace(/[*?[\\]/g, "\\$&")] : [];
    }),
  );
  const apart = [...config.quality.ignore_for_checks, ...times.flat().slice(0, MAX_WRITTEN)];
  return apart.length === 0 ? {} : { apart };
}

/** Returns the last output of a failed run and the failed tests of its report, both with secrets redacted. */
async function failureOf(place: Place, begun: number, said: string) {
  const tests = await testsNow(place).catch(() => undefined);
  const failing = tests && tests.written >= begun - CLOCK ? tests.failing.slice(0, MAX_NAMES) : [];
  const lines = lastLines(said);
  const texts = [lines, ...failing].map((text, at) => ({
    name: `output ${at}`,
    text: withoutHome(text, homes()),
  }));
  const [output = "", ...names] = (await redactTexts(place, texts)).texts.map((each) => each.text);
  return { ...(output === "" ? {} : { output }), ...(names.length === 0 ? {} : { failing: names }) };
}

/** Returns the last nonempty lines of output, without control characters. */
function lastLines(said: string): string {
  const plain = said
    .replace(/\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07]*\x07/g, "")
    .replace(/[^\n]*\r(?!\n)/g, "");
  const lines = plain.split("\n").flatMap((each) => {
    const line = visibleText(each.trimEnd());
    return line === "" ? [] : [line.length > MAX_LINE ? `${line.slice(0, MAX_LINE - 1)}…` : line];
  });
  return lines.slice(-MAX_LINES).join("\n");
}

/**
 * Returns the user's shell if it can run a command, else true for the default: SHELL may be a program
 * such as nologin.
 */
function userShell(): string | true {
  const { SHELL = "" } = environment();
  return /\/(ba|z|k|mk|da|a|fi|c|tc)?sh$/.test(SHELL) ? SHELL : true;
}

interface Ended {
  readonly code: number;
  /** True if the command was ended by a signal or by Ctrl-C. */
  readonly stopped: boolean;
  /** The end of the command's output. */
  readonly said: string;
}

function run(command: string, cwd: string): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const { stderr } = surroundings();
    const shown = surroundings().isTerminal(2) && environment().NO_COLOR === undefined;
    let stopped = false;
    // Before the command starts: a signal may come as soon as it runs.
    const done = onSignals((signal) => {
      stopped = true;
      // Does not pass Ctrl-C on: the terminal itself sends it to the command.
      if (signal !== "SIGINT" || !surroundings().isTerminal(0)) child.kill(signal);
    });
    // Output goes to standard error: standard output is for the result. Colors are forced because tools
    // drop them on a pipe.
    const child = spawn(command, {
      shell: userShell(),
      cwd,
      env: { ...environment(), ...(shown ? { FORCE_COLOR: "1", CLICOLOR_FORCE: "1" } : {}) },
      stdio: ["inherit", "pipe", "pipe"],
    });
    let tail = Buffer.alloc(0);
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk: Buffer) => {
        stderr.write(chunk);
        tail = Buffer.concat([tail, chunk]).subarray(-MAX_KEPT);
      });
    child.on("error", (error) => {
      done();
      reject(new Failure("check-not-run", `${command}: ${error.message}`));
    });
    child.on("close", (code, signal) => {
      done();
      invalidateReads();
      const exit = code ?? 128 + constants.signals[signal ?? "SIGTERM"];
      resolve({
        code: exit,
        // The close event may arrive before the SIGINT that ended the command.
        stopped: stopped || exit === INTERRUPTED,
        said: tail.toString("utf8"),
      });
    });
  });
}
