/** Values of options as they are typed, checked once for every command that takes them. */

import { Option } from "@commander-js/extra-typings";
import { Failure } from "../session/failure.ts";

/** Collects a repeatable option. */
export const each = (value: string, before: string[] = []): string[] => [...before, value];

/** An option that takes one of several words, one of them unless it is given. */
export const choice = <Flags extends string, const Words extends readonly string[]>(
  flags: Flags,
  what: string,
  words: Words,
  preset: Words[number],
) => new Option(flags, what).choices(words).default(preset);

/** The option of whatever the secret scan may refuse; `Place.allow` has what was given. */
export const ALLOW = [
  "--allow <finding>",
  "accept what looks like a secret and is none; repeat it for more",
  each,
] as const;

/** Options of whatever takes documents of a session along; `Place.travels` has what was given. */
export const WORKSPACE = ["--workspace", "with the documents of its workspace"] as const;
export const TRANSCRIPTS = ["--transcripts", "with the transcripts that are kept with it"] as const;

/** The option of whatever asks. */
export const YES = ["-y, --yes", "do not ask"] as const;

/** An option that help and completion do not show. */
export const hidden = <Flags extends string>(flags: Flags) => new Option(flags).hideHelp();

/** The option of whatever leaves a branch. */
export const KEEP = ["--keep", "take uncommitted changes along instead of putting them away"] as const;

/** A whole number from `least` on. Failure `usage` names the option. */
export function wholeNumber(option: string, text: string, least = 1): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw new Failure("usage", `${option} takes a whole number from ${least}, not "${text}"`);
}
