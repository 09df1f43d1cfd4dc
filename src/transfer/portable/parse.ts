/** Parses the text of an import file to a checked document, or to a list of problems. Pure. */
import { isRecord } from "../../text/json.ts";
import { EXPORT_FORMAT, EXPORT_SCHEMA, type ExportDocument, pathOf, problemsOf } from "./schema.ts";

/** Maximum nesting depth of JSON. */
const MAX_DEPTH = 64;
/** Maximum problems to report: one mistake often repeats in every item of a list. */
const MAX_PROBLEMS = 5;

/** A parsed value, or the problems found in the input. */
export type Parsed<T> =
  | { readonly value: T }
  /** Set if the file needs a newer version of this program. */
  | { readonly problems: readonly string[]; readonly newer?: true };

/** Parses JSON from an untrusted file. Reports a `__proto__` key and nesting deeper than 64 as problems. */
export function parseJson(text: string): Parsed<unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problems: [`is not JSON: ${(error as Error).message.split("\n", 1)[0]?.slice(0, 120)}`] };
  }
  const bad = unsafeKey(value);
  return bad === undefined ? { value } : { problems: [bad] };
}

/** Returns whether a JSON value claims to be an export of this program. Does not check the rest of it. */
export function isExport(value: unknown): boolean {
  return isRecord(value) && value.format === EXPORT_FORMAT;
}

/**
 * Checks a value as an export document of this program. Reports a newer schema alone: other problems may only
 * follow from it. Returns at most five problems and a count of the rest.
 */
export function checkExport(value: unknown): Parsed<ExportDocument> {
  const schema = isRecord(value) ? value.schema : undefined;
  if (typeof schema === "number" && schema > EXPORT_SCHEMA)
    return {
      newer: true,
      problems: [`was written by a newer session (schema ${schema}; this one reads up to ${EXPORT_SCHEMA})`],
    };
  const problems = problemsOf(value);
  const told = problems.slice(0, MAX_PROBLEMS).map(({ path, what }) => `${path} ${what}`.trim());
  const more = problems.length - told.length;
  if (problems.length > 0) return { problems: more > 0 ? [...told, `... and ${more} more`] : told };
  const document = value as ExportDocument;
  const twice = duplicate(document);
  // No copy is needed: the strict schema allows no unknown key in the checked value.
  return twice === undefined ? { value: document } : { problems: [twice] };
}

/** Returns a problem if two sessions, or two items of one list, have the same id. */
function duplicate({ sessions }: ExportDocument): string | undefined {
  const again = (items: readonly { readonly id: string }[], path: string) => {
    const seen = new Set<string>();
    const at = items.findIndex(({ id }) => seen.size === seen.add(id).size);
    return at < 0 ? undefined : `${path}[${at}].id occurs twice: ${items[at]?.id}`;
  };
  const whole = again(sessions, "sessions");
  if (whole !== undefined) return whole;
  for (const [at, each] of sessions.entries()) {
    for (const list of ["objectives", "blockers", "decisions"] as const) {
      const twice = again(each[list], `sessions[${at}].${list}`);
      if (twice !== undefined) return twice;
    }
  }
  return undefined;
}

/**
 * Returns the first problem of a parsed value, such as an unsafe key. Uses a loop, because deep nesting in an
 * untrusted file would overflow a recursion.
 */
function unsafeKey(value: unknown): string | undefined {
  const open: { value: unknown; path: readonly (string | number)[] }[] = [{ value, path: [] }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value: each, path } = next;
    if (typeof each !== "object" || each === null) continue;
    if (path.length >= MAX_DEPTH) return `${pathOf(path.slice(0, 3))} is nested more than ${MAX_DEPTH} deep`;
    if (Array.isArray(each)) {
      for (const [at, item] of each.entries())
        if (typeof item === "object") open.push({ value: item, path: [...path, at] });
      continue;
    }
    for (const [key, item] of Object.entries(each)) {
      if (key === "__proto__") return `${pathOf([...path, key])} is a forbidden key`;
      if (typeof item === "object") open.push({ value: item, path: [...path, key] });
    }
  }
  return undefined;
}
