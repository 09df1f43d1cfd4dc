import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { readMessages } from "../history/messages.ts";
import { Failure } from "../session/failure.ts";
import { readMessage } from "../trailers/read.ts";

export const about: About = {
  name: "trailers",
  group: "Plumbing",
  order: 10,
  summary: "Print the trailers of commit messages as JSON",
  description:
    "Prints one JSON object a line for each message: the trailers that git reads, and what session makes of them.",
  examples: [
    ["session trailers", "HEAD"],
    ["git log -z --format=%B | session trailers --stdin -z", "many at once"],
  ],
};

export function define(command: Command): void {
  command
    .argument("[commit]", "a commit (default: HEAD)")
    .option("--stdin", "read one message from standard input")
    .option("-z", "read messages separated by NUL, with --stdin")
    .does(async ({ place: open, out }, commit, options) => {
      if (options.z && !options.stdin) throw new Failure("usage", "-z needs --stdin");
      if (commit !== undefined && options.stdin) throw new Failure("usage", "--stdin takes no commit");
      const messages = await readMessages(
        options.stdin ? undefined : await open(),
        commit ?? "HEAD",
        options.z ?? false,
      );
      for (const message of messages) out.line(readMessage(message));
    });
}
