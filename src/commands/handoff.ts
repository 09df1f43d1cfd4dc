import path from "node:path";
import { type Command, Option } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { choice } from "../cli/options.ts";
import { writeOutput } from "../place/output.ts";
import { handoffText } from "../views/texts.ts";

export const about: About = {
  name: "handoff",
  group: "Pick up",
  order: 20,
  summary: "Print what this session leaves to the next person",
  description: "The handoff of a session, made from git and its record as they are now. It ends nothing.",
  examples: [
    ["session handoff", "of this branch"],
    ["session handoff feature/login -o handoff.md", "of another, into a file"],
    ["session handoff --ack", "you have read it and go on from there"],
  ],
};

export function define(command: Command): void {
  command
    .argument("[session]", "id or the start of one, branch, title, @ or - (default: this branch's)")
    .addOption(choice("--format <format>", "markdown or json", ["markdown", "json"], "markdown"))
    .option("-o, --output <file>", "write it to a file")
    .option("--ci", "ask gh or glab how the branch's build went: it goes to the network")
    .option("--force", "replace the file if it exists")
    .addOption(
      new Option(
        "--ack",
        "record that you took the last one up, at the commit that is checked out",
      ).conflicts(["output", "format", "ci"]),
    )
    .does(async ({ place: open, out, cwd }, name, options) => {
      const place = await open();
      if (options.ack) {
        const { takeUp } = await import("../views/handoffs.ts");
        const { filed, by, commit } = await takeUp(place, name);
        const at = commit === undefined ? "" : ` at ${commit.slice(0, 8)}`;
        return out.data(`${by} took up the handoff of ${filed.context.title}${at}.`, {
          id: filed.context.id,
          title: filed.context.title,
          by,
          commit: commit ?? null,
        });
      }
      const handoff = await handoffText(place, name, options.ci);
      for (const problem of handoff.problems) out.warn(problem);
      const text =
        options.format === "json" || out.json ? `${JSON.stringify(handoff.view, null, 2)}\n` : handoff.text;
      if (options.output === undefined) return out.data(text, handoff.view);
      await writeOutput(path.resolve(cwd, options.output), text, options.force ?? false);
      out.data(`Written to ${options.output}.`, { file: path.resolve(cwd, options.output) });
    });
}
