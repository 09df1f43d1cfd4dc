/**
 * Renders the short screen of plain `session`, and of `start` and `resume` on a terminal: state and next
 * step.
 */
import type { Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { overviewLines } from "../terminal/screens/session/overview.ts";
import { termLines, wrapped } from "../terminal/wrap.ts";
import type { StatusView } from "../views/shapes/session-views.ts";
import { statusOf } from "../views/status.ts";
import { TAGLINE } from "./base-program.ts";
import type { Call } from "./command.ts";

const FIRST_COMMANDS = [
  ["session init", "set up a repository"],
  ['session start feature/login -o "OAuth login"', "start a session"],
  ['session checkpoint -m "feat: Add login"', "commit with its record"],
  ["session status", "see what is next"],
  ["session end", "end it with a handoff"],
] as const;

/** Shows the branch's session in ten lines; outside of a repository, a description of the program. */
export async function overview({ place: open, out }: Call): Promise<void> {
  try {
    const status = await statusOf(await open());
    out.data(overviewText(out, status, 9), status);
    out.hint("session help");
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "not-a-repository") throw error;
    out.data(welcome(out.columns), { repository: null, commands: FIRST_COMMANDS.map(([line]) => line) });
    out.hint("session help");
  }
}

/** Returns whether to print the short screen in place of the brief: on a terminal, without `--brief`. */
export function isGlance({ json, width }: Call["out"], brief: boolean | undefined): boolean {
  return !json && !brief && width !== undefined;
}

/** Returns the short screen of a session that was just started or resumed. */
export async function standing(out: Call["out"], place: Place): Promise<string> {
  return overviewText(out, await statusOf(place), 8);
}

function overviewText({ emoji, columns }: Call["out"], status: StatusView, most: number): string {
  return overviewLines(status, { emoji, columns, most }).join("\n");
}

function welcome(width: number): string {
  return [
    ...wrapped(TAGLINE, width),
    "",
    "This folder is not in a git repository. In a repository:",
    ...termLines(
      FIRST_COMMANDS.map(([line, what]) => [line, what]),
      width,
      46,
    ),
  ].join("\n");
}
