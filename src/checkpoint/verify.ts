/** Checks of the work: what somebody says of one, or one that is run now. */

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
import { redactTexts, refuseSecrets } from "../secrets/secrets.ts";
import { Failure } from "../session/failure.ts";
import type { Verification, VerificationResult } from "../session/session.ts";
import { clock, environment, invalidateReads, now, onSignals, surroundings } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { visibleText } from "../text/foreign-text.ts";
import { withoutHome } from "../text/home.ts";
import { workTreeTree } from "../worktree/compare-files.ts";

/** What is kept of a failed run: bytes of output to choose from, lines, characters of a line, names of tests. */
const MAX_KEPT = 16 * 1024;
const MAX_LINES = 15;
const MAX_LINE = 200;
const MAX_NAMES = 10;
/** Untracked files that are looked at after a run, and of those it wrote, how many are told apart. */
const MAX_LOOKED_AT = 1000;
const MAX_WRITTEN = 20;
/** File systems and the clock may disagree by so many milliseconds. */
const CLOCK = 50;
/** The exit code of a command that Ctrl-C ended, as shells report it: 128 and SIGINT. */
const INTERRUPTED = 130;

/** Records a check that somebody made. Failures `no-session`, `empty-text`, `text-too-long`. */
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
  const files = await filesOf(place);
  const begun = clock();
  const { code, stopped, said } = await run(command, folder);
  if (stopped) throw new Failure("interrupted", `${command} was interrupted; nothing was recorded`);
  const verified: Verification = {
    // The same words mean another check in another folder.
    command: below === "" || below.startsWith("..") ? command : `${command} (in ${below})`,
    result: code === 0 ? "passed" : "failed",
    added: now(),
    ...files.checked,
    ...(await apartFrom(place, begun)),
    code,
    seconds: Math.round((clock() - begun) / 100) / 10,
    ...(code === 0 ? {} : await failureOf(place, begun, said)),
  };
  // The command may have committed, or checked another branch out: it is recorded where it was begun.
  const after = { ...place, repository: await openRepository(root) };
  await recordVerification(after, state.context.ref.replace(/^refs\/heads\//, ""), verified);
  return verified;
}

/** The files that are about to be checked. */
async function filesOf(place: Place): Promise<{ checked: Pick<Verification, "commit" | "tree" | "apart"> }> {
  const { repository } = place;
  const tree = await workTreeTree(repository, await workTreeStatus(repository, true));
  const apart = place.config.quality.ignore_for_checks;
  return {
    checked: { ...defined({ commit: repository.head, tree }), ...(apart.length === 0 ? {} : { apart }) },
  };
}

/** Files that do not matter: those of the settings, and untracked ones that the run has written, such as reports. */
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

/** What a run that failed said last, and the tests that failed where it left a report; without secrets. */
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

/** The last lines with words in them, as text. */
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

/** The user's shell, if it is one that takes a command; an account without a login names something else. */
function userShell(): string | true {
  const { SHELL = "" } = environment();
  return /\/(ba|z|k|mk|da|a|fi|c|tc)?sh$/.test(SHELL) ? SHELL : true;
}

interface Ended {
  readonly code: number;
  /** By a signal to us, or by Ctrl-C. */
  readonly stopped: boolean;
  /** The end of its output. */
  readonly said: string;
}

function run(command: string, cwd: string): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const { stderr } = surroundings();
    const shown = surroundings().isTerminal(2) && environment().NO_COLOR === undefined;
    // Standard output stays free for our answer. Most tools take a pipe for a reason to print without colors.
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
      invalidateReads();
      const exit = code ?? 128 + constants.signals[signal ?? "SIGTERM"];
      resolve({
        code: exit,
        // The end of the command may be reported before the Ctrl-C that ended it.
        stopped: stopped || exit === INTERRUPTED,
        said: tail.toString("utf8"),
      });
    });
  });
}
