import type { Output } from "../terminal/output.ts";
import type { Filed } from "../workflows/keeping.ts";
import type { Place } from "../workflows/place.ts";

/** What a command receives: where it was called, and the place that prints. */
export interface Call {
  readonly cwd: string;
  readonly out: Output;
  /** Opens repository and configuration; problems of the configuration are said, unless `silent`. `bare`: no work tree is needed */
  readonly place: (options?: { readonly silent?: boolean; readonly bare?: boolean }) => Promise<Place>;
}

/** Turns a command's function into commander's action: it gets the call first, then what commander gives. */
export type Act = <T extends unknown[]>(
  action: (call: Call, ...args: T) => Promise<void>,
) => (...args: T) => Promise<void>;

/** Collects a repeatable option. */
export const each = (value: string, before: string[] = []): string[] => [...before, value];

/** The option of whatever the secret scan may refuse; `Place.allow` has what was given. */
export const ALLOW = [
  "--allow <finding>",
  "accept what looks like a secret and is none; repeat it for more",
  each,
] as const;

/** Options of whatever takes documents of a session along; `Place.travels` has what was given. */
export const WORKSPACE = ["--workspace", "with the documents of its workspace"] as const;
export const TRANSCRIPTS = ["--transcripts", "with the transcripts that are kept with it"] as const;

/** Help that shows the command at work, the most common use first. */
export function examples(lines: readonly (readonly [string, string])[]): string {
  const width = Math.max(...lines.map(([command]) => command.length));
  return `\nExamples:\n${lines.map(([command, what]) => `  ${command.padEnd(width)}  ${what}`).join("\n")}`;
}

/** How a session is called and filed, as data. */
export function filedValue({ context, known, changed }: Filed) {
  const { id, title, state, tags, meta } = context;
  return { id, title, branch: known.branch, state, tags, meta, changed };
}
