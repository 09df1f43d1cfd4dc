import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { measure } from "../facts/metrics.ts";
import { sessionNamed } from "../record/find-session.ts";
import { changesLines, compareLines } from "../terminal/screens/metrics.ts";
import { compareChanges } from "../views/shapes/changes.ts";

export const about: About = {
  name: "compare",
  group: "Look back",
  order: 50,
  pager: true,
  summary: "Compare two sessions by numbers and files",
  description:
    "Shows two sessions side by side: their numbers, and with --changes the files that both or only one of them changed. The second session is this branch's unless named.",
  examples: [
    ["session compare feature/login", "compare with this branch's session"],
    ["session compare feature/login --changes", "list files that both change"],
    ["session compare k3f9 8xwm", "compare two others"],
  ],
};

export function define(command: Command): void {
  command
    .argument("<session>", "id or its start, branch, title, @ or -")
    .argument("[other-session]", "second session (default: this branch's)")
    .option("--changes", "list the files that both or only one changed")
    .option("--metrics", "show the numbers as well as --changes")
    .does(async ({ place: open, out }, one, other, options) => {
      const place = await open({ bare: true });
      const [first, second] = await Promise.all([sessionNamed(place, one), sessionNamed(place, other)]);
      const [left, right] = await Promise.all([measure(place, first), measure(place, second)]);
      const sessions = [left.metrics, right.metrics] as const;
      const changes =
        options.changes && left.files && right.files ? compareChanges(left.files, right.files) : undefined;
      const text = [
        ...(options.changes && !options.metrics ? [] : [compareLines(...sessions, out.width)]),
        ...(changes ? [changesLines(changes, sessions)] : []),
      ];
      if (options.changes && !changes)
        out.warn(`git lacks commits of ${left.files ? second.branch : first.branch}: its files are unknown`);
      out.screen(text.map((lines) => lines.join("\n")).join("\n\n"), {
        sessions,
        ...(options.changes ? { changes: changes ?? null } : {}),
      });
    });
}
