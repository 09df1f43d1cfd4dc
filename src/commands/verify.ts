import { type Command, Option } from "commander";
import { Failure } from "../model/failure.ts";
import { recordVerification, runCheck } from "../workflows/record.ts";
import { type Act, examples } from "./call.ts";

interface Options {
  readonly result?: "passed" | "failed";
  readonly run?: boolean;
}

export function define(program: Command, act: Act): void {
  program
    .command("verify")
    .summary("record (or run and record) a check of the work")
    .description(
      "Records how the work was checked, with the commit that was checked. The next checkpoint carries it.",
    )
    .argument("<command>", "the command, or a check in words")
    .addOption(new Option("--result <result>", "how it went").choices(["passed", "failed"]))
    .option("--run", "run the command in your shell and record how it went")
    .addHelpText(
      "after",
      examples([
        ['session verify "npm test" --run', "runs it, and records the result"],
        ['session verify "tried the login by hand"', "records that it passed"],
      ]),
    )
    .action(
      act(async ({ place: open, out }, command: string, options: Options) => {
        if (options.run && options.result)
          throw new Failure("usage", "--run finds the result by itself; leave --result out", { exit: 2 });
        const place = await open();
        const code = options.run ? await runCheck(place, command) : 0;
        const verified = await recordVerification(
          place,
          command,
          options.result ?? (code === 0 ? "passed" : "failed"),
        );
        out.data(`${verified.result}: ${verified.command}`, verified);
        if (code !== 0) process.exitCode = 1;
      }),
    );
}
