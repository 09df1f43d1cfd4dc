import path from "node:path";
import { type Command, Option } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { choice } from "../cli/options.ts";
import { isOnDefault, orPicked, pickableSessions, pickSession } from "../cli/pick-session.ts";
import { writeOutput } from "../place/output.ts";
import { handoffText } from "../views/brief/brief-text.ts";

export const about: About = {
  name: "handoff",
  group: "Pick up",
  order: 20,
  pager: true,
  everyday: true,
  summary: "Print what the next person needs to continue",
  description:
    "Prints the handoff of a session, made from git and its record as they are now. The session stays active.",
  examples: [
    ["session handoff", "this branch's session"],
    ["session handoff feature/login -o handoff.md", "another, to a file"],
    ["session handoff --ack", "acknowledge it"],
  ],
};

export function define(command: Command): void {
  command
    .argument("[session]", "id or its start, branch, title, @ or - (default: this branch's, or pick one)")
    .addOption(choice("--format <format>", "set the output format", ["markdown", "json"], "markdown"))
    .option("-o, --output <file>", "write to a file")
    .option("--ci", "ask gh or glab for the build (uses the network)")
    .option("--force", "replace an existing file")
    .addOption(
      new Option("--ack", "acknowledge the last handoff, at the current commit").conflicts([
        "output",
        "format",
        "ci",
      ]),
    )
    .does(async ({ place: open, out, cwd }, name, options) => {
      const place = await open();
      if (options.ack) {
        const { acknowledgeHandoff } = await import("../views/last-handoff.ts");
        const taken = await orPicked(place, out, name, "Acknowledge the handoff of", (each) =>
          acknowledgeHandoff(place, each),
        );
        if (taken === undefined) return 130;
        const { filed, by, commit } = taken;
        const at = commit === undefined ? "" : ` at ${commit.slice(0, 8)}`;
        const { id, title } = filed.context;
        const value = { id, title, by, commit: commit ?? null };
        out.done(`${by} acknowledged the handoff of ${title}${at}.`, value, id);
        return 0;
      }
      const sessions =
        name === undefined && (await isOnDefault(place)) ? await pickableSessions(place, out) : [];
      const session = sessions.length > 0 ? await pickSession(out, "Print the handoff of", sessions) : name;
      if (sessions.length > 0 && session === undefined) return 130;
      const handoff = await handoffText(place, session, options.ci);
      for (const problem of handoff.problems) out.warn(problem);
      const text =
        options.format === "json" || out.json ? `${JSON.stringify(handoff.view, null, 2)}\n` : handoff.text;
      if (options.output === undefined) {
        out.data(text, handoff.view);
        return 0;
      }
      await writeOutput(path.resolve(cwd, options.output), text, options.force ?? false);
      out.done(`Written to ${options.output}.`, { file: path.resolve(cwd, options.output) }, options.output);
      return 0;
    });
}
