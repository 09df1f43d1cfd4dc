import type { Command } from "commander";
import { Failure } from "../model/failure.ts";
import { resume } from "../workflows/resume.ts";
import { start } from "../workflows/start.ts";
import { briefText } from "../workflows/texts.ts";
import { type Act, each, examples } from "./call.ts";

interface Options {
  readonly objective?: string[];
  readonly title?: string;
  readonly from?: string;
  readonly tag?: string[];
  readonly meta?: string[];
  readonly switch: boolean;
  readonly resume?: boolean;
}

export function define(program: Command, act: Act): void {
  program
    .command("start")
    .alias("new")
    .summary("start a session on a branch, new or existing")
    .description(
      "Creates the branch, or adopts one that exists, starts a session on it and prints the brief.",
    )
    .argument("<branch>")
    .option("-o, --objective <text>", "what the session is for; repeat it for more", each)
    .option("--title <text>", "title of the session (default: made from the branch)")
    .option("--from <ref>", "where a new branch begins (default: the commit that is checked out)")
    .option("--tag <tag>", "a tag; repeat it for more", each)
    .option("--meta <key=value>", "a value of your own; repeat it for more", each)
    .option("--no-switch", "do not check the branch out")
    .option("--resume", "take the session up if the branch has one")
    .addHelpText(
      "after",
      examples([
        ['session start feature/login -o "OAuth login"', "new branch from here, one objective"],
        ["session start fix/crash --from v1.4", "new branch from a tag"],
        ["session start feature/login --resume", "start it, or take it up again"],
      ]),
    )
    .action(
      act(async ({ place: open, out }, branch: string, options: Options) => {
        const place = await open();
        if (options.resume) {
          const resumed = await resume(place, branch).catch((error: unknown) => {
            if (error instanceof Failure && (error.exit === 3 || error.code === "branch-gone"))
              return undefined;
            throw error;
          });
          if (resumed) {
            const brief = await briefText(resumed.place);
            out.say(`Session ${resumed.state.context.title} on ${resumed.place.repository.branch} goes on.`);
            return out.data(brief.text, { session: resumed.state.context, brief: brief.view });
          }
        }
        const started = await start(place, {
          branch,
          switch: options.switch,
          ...(options.objective === undefined ? {} : { objectives: options.objective }),
          ...(options.title === undefined ? {} : { title: options.title }),
          ...(options.from === undefined ? {} : { from: options.from }),
          ...(options.tag === undefined ? {} : { tags: options.tag }),
          ...(options.meta === undefined ? {} : { meta: options.meta }),
        });
        for (const note of started.notes) out.warn(note);
        out.say(
          `Session ${started.state.context.title} (${started.state.context.id}) started on ${started.created ? "the new branch " : ""}${branch}.`,
        );
        if (started.place.repository.branch !== branch)
          return out.data("", { session: started.state.context });
        const brief = await briefText(started.place);
        out.data(brief.text, { session: started.state.context, brief: brief.view });
      }),
    );
}
