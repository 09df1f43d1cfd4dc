import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { analyzeProject, analyzeSession } from "../insight/analyze.ts";
import { recommendationsOf } from "../insight/counting/health.ts";
import { sessionNamed } from "../record/find-session.ts";
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
  pager: true,
  summary: "Analyze health, velocity and patterns",
  description:
    "Shows how healthy a session is and why, how fast it moves, what its changes have in common, and what to do next. --project covers all commits of the branch and all active sessions. Patterns describe code, never people.",
  examples: [
    ["session analyze", "this branch's session"],
    ["session analyze --recommendations", "what to do next"],
    ["session analyze --project --patterns", "where the repository changes most"],
  ],
};

export function define(command: Command): void {
  command
    .argument("[session]", "id or its start, branch, title, @ or - (default: this branch's)")
    .option("--project", "analyze the repository instead of one session")
    .option("--velocity", "show only the pace, and how long the rest may take")
    .option("--patterns", "show only hot files, coupled files, fixes, churn and hours")
    .option("--recommendations", "show only what to do, most important first")
    .does(async ({ place: open, out }, name, options) => {
      if (options.project && name !== undefined)
        throw new Failure("usage", "--project covers all sessions: leave the name out");
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
      out.screen(sections.map((lines) => lines.join("\n")).join("\n\n"), value);
    });
}
