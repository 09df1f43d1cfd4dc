import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { readMessages } from "../history/messages.ts";
import { Failure } from "../session/failure.ts";
import { readMessage } from "../trailers/read.ts";

export const about: About = {
  name: "trailers",
  group: "Plumbing",
  order: 10,
  summary: "Print what git and session read from a commit message",
  description:
    "Prints a JSON object a line for each message: the trailers that git reads, with their line breaks, and what session makes of them.",
  examples: [
    ["session trailers", "of HEAD"],
    ["git log -z --format=%B | session trailers --stdin -z", "of many"],
  ],
};

export function define(command: Command): void {
  command
    .argument("[commit]", "a commit (default: HEAD)")
    .option("--stdin", "read one message from standard input")
    .option("-z", "with --stdin: messages are separated by NUL")
    .does(async ({ place: open, out }, commit, options) => {
      if (options.z && !options.stdin) throw new Failure("usage", "-z goes with --stdin");
      if (commit !== undefined && options.stdin) throw new Failure("usage", "--stdin takes no commit");
      const messages = await readMessages(
        options.stdin ? undefined : await open(),
        commit ?? "HEAD",
        options.z ?? false,
      );
      for (const message of messages) out.line(readMessage(message));
    });
}
