import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { measure } from "../facts/metrics.ts";
import { sessionNamed } from "../record/session.ts";
import { changesLines, compareLines } from "../terminal/screens/metrics.ts";
import { compareChanges } from "../views/shapes/changes.ts";

export const about: About = {
  name: "compare",
  group: "Look back",
  order: 50,
  summary: "Compare two sessions in numbers and changes",
  description:
    "Two sessions side by side, in numbers, and with --changes by the files that both or only one of them changed; one alone is compared with this branch's.",
  examples: [
    ["session compare feature/login", "with the one of this branch"],
    ["session compare feature/login --changes", "which files both change"],
    ["session compare k3f9 8xwm", "two of any age"],
  ],
};

export function define(command: Command): void {
  command
    .argument("<session>", "id or the start of one, branch, title, @ or -")
    .argument("[other]", "the other one (default: this branch's)")
    .option("--changes", "files that both change, and that only one does")
    .option("--metrics", "the numbers, beside --changes")
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
        out.warn(
          `git has no commits of ${left.files ? second.branch : first.branch} any more: its files are not known`,
        );
      out.data(text.map((lines) => lines.join("\n")).join("\n\n"), {
        sessions,
        ...(options.changes ? { changes: changes ?? null } : {}),
      });
    });
}
