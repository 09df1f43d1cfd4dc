import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { analyzeProject, analyzeSession } from "../insight/analyze.ts";
import { recommendationsOf } from "../insight/counting/health.ts";
import { sessionNamed } from "../record/session.ts";
import { Failure } from "../session/failure.ts";
import { progressLine, scanProgress } from "../terminal/progress.ts";
import {
  healthLines,
  patternsLines,
  projectVelocityLines,
  recommendationLines,
  titleLine,
  velocityLines,
} from "../terminal/screens/analyze.ts";

export const about: About = {
  name: "analyze",
  group: "Look back",
  order: 60,
  summary: "Analyze health, velocity and patterns",
  description:
    "How healthy a session is and why, how fast it goes, what its changes have in common, and what to do about it. With --project the same of the repository: all commits of what is checked out, and the sessions that go on. Patterns are those of the code, never of a person.",
  examples: [
    ["session analyze", "of this branch"],
    ["session analyze --recommendations", "what to do about it"],
    ["session analyze --project --patterns", "where the repository changes most"],
  ],
};

export function define(command: Command): void {
  command
    .argument("[session]", "id or the start of one, branch, title, @ or - (default: this branch's)")
    .option("--project", "the repository in place of one session")
    .option("--velocity", "only how fast it goes, and how long the rest may take")
    .option("--patterns", "only hot files, files that change together, fixes after features, churn, hours, …")
    .option("--recommendations", "only what to do, what matters most first")
    .does(async ({ place: open, out }, name, options) => {
      if (options.project && name !== undefined)
        throw new Failure("usage", "--project is about all sessions: leave the name out");
      const place = await open({ bare: true });
      const line = progressLine(out.quiet);
      const onProgress = scanProgress(line);
      const found = options.project
        ? await analyzeProject(place, onProgress ? { onProgress } : {}).finally(() => line?.clear())
        : await analyzeSession(place, await sessionNamed(place, name));
      const recommendations = recommendationsOf(found.health);
      const { velocity, patterns, recommendations: advice } = options;
      const all = !velocity && !patterns && !advice;
      const { health, velocity: pace, patterns: seen, ...subject } = found;
      const value = {
        ...subject,
        ...(all ? { health } : {}),
        ...(all || velocity ? { velocity: pace } : {}),
        ...(all || patterns ? { patterns: seen } : {}),
        ...(all || advice ? { recommendations } : {}),
      };
      const sections = [
        [titleLine(found.scope === "session" ? found.session : undefined)],
        ...(all ? [healthLines(health)] : []),
        ...(all || velocity
          ? [found.scope === "session" ? velocityLines(found.velocity) : projectVelocityLines(found.velocity)]
          : []),
        ...(all || patterns ? [patternsLines(seen)] : []),
        ...(all || advice ? [recommendationLines(recommendations)] : []),
      ];
      out.data(sections.map((lines) => lines.join("\n")).join("\n\n"), value);
    });
}
