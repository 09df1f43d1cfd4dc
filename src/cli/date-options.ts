/** Parses option values that are dates and periods, in the same way for all commands. */
import { Failure } from "../session/failure.ts";
import { clock } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { DATE_EXAMPLES, parseDate } from "../text/time/dates.ts";

/** Parses a date into milliseconds since the epoch. @throws Failure `usage` with examples of dates. */
export function moment(option: string, text: string, edge: "start" | "end" = "start"): number {
  const found = parseDate(text, clock(), edge);
  if (found !== undefined) return found;
  throw new Failure("usage", `${option}: "${text}" is not a date`, {
    advice: `for example ${DATE_EXAMPLES}`,
  });
}

/**
 * Parses `--since` and `--until`, both days included. @throws Failure `usage` where `--since` is the later
 * one.
 */
export function period(options: { readonly since?: string; readonly until?: string }): {
  since?: number;
  until?: number;
} {
  const since = options.since === undefined ? undefined : moment("--since", options.since);
  const until = options.until === undefined ? undefined : moment("--until", options.until, "end");
  if (since !== undefined && until !== undefined && since > until)
    throw new Failure("usage", "--since is later than --until");
  return { ...defined({ since, until }) };
}
