import { type Command, Option } from "@commander-js/extra-typings";
import { thenCheckpoint } from "../checkpoint/auto-checkpoint.ts";
import { noteCheck, runCheck } from "../checkpoint/verify.ts";
import type { About } from "../cli/command.ts";
import { ALLOW } from "../cli/options.ts";
import { Failure } from "../session/failure.ts";
import type { Verification } from "../session/session.ts";
import { answerTo, canAsk } from "../terminal/prompt.ts";
import { dim } from "../terminal/style.ts";
import { shellWord } from "../text/shell.ts";

export const about: About = {
  name: "verify",
  group: "Keep track",
  order: 50,
  summary: "Record a check, or run one and record the result",
  description:
    "Records the result of a check for the files as they are now; it is stale once one of them changes. The next checkpoint commits it.",
  examples: [
    ['session verify "npm test" --run', "run and record"],
    ['session verify "tried the login by hand" --result passed', "record by hand"],
  ],
};

export function define(command: Command): void {
  command
    .argument("<command>", "a command, or a check in words")
    .addOption(new Option("--result <result>", "set the result").choices(["passed", "failed"]))
    .option("--run", "run the command in your shell and record the result")
    .option(...ALLOW)
    .does(async ({ cwd, place: open, out }, command, options) => {
      if (options.run && options.result)
        throw new Failure("usage", "--run sets the result itself; omit --result");
      const place = await open();
      const verified = await thenCheckpoint(
        place,
        options.run
          ? runCheck(place, cwd, command)
          : noteCheck(place, command, options.result ?? (await askResult(command))),
      );
      out.done(`${verified.result}: ${verified.command}${figures(verified)}`, verified, verified.result);
      return options.run && verified.result === "failed" ? 1 : 0;
    });
}

/** Asks for the result of a check that ran outside of session. Throws Failure `usage` without an answer. */
async function askResult(command: string): Promise<"passed" | "failed"> {
  const answer = canAsk() ? await answerTo(`Did it pass: ${command}? [y/n] `) : "";
  if (/^y(es)?$/.test(answer)) return "passed";
  if (/^no?$/.test(answer)) return "failed";
  throw new Failure("usage", `no result was given, so nothing was recorded: ${command}`, {
    hint: `session verify ${shellWord(command)} --run`,
  });
}

/** Formats exit code, duration and commit: ` exit 1 after 2.5 s, at 3f2a1b0c`. */
function figures({ code, seconds, commit }: Verification): string {
  if (code === undefined || seconds === undefined) return "";
  return dim(`  exit ${code} after ${seconds} s${commit === undefined ? "" : `, at ${commit.slice(0, 8)}`}`);
}
