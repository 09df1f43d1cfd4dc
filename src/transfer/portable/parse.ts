/** From the text of a file to a checked document, or to what is wrong with it. Pure. */
import { isRecord } from "../../text/json.ts";
import { EXPORT_FORMAT, EXPORT_SCHEMA, type ExportDocument, pathOf, problemsOf } from "./schema.ts";

/** Deepest nesting that is looked at. */
const MAX_DEPTH = 64;
/** Problems that are told of; one mistake in a list is often in all of its items. */
const MAX_PROBLEMS = 5;

export type Parsed<T> =
  | { readonly value: T }
  /** `newer`: only a newer program reads it. */
  | { readonly problems: readonly string[]; readonly newer?: true };

/** JSON with no key in it that could reach a prototype, and not nested beyond measure. */
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

export function isExport(value: unknown): boolean {
  return isRecord(value) && value.format === EXPORT_FORMAT;
}

/** A document of ours. What it says of a newer schema comes before whatever else is wrong with it. */
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
  // The value itself and not a copy: what was checked has no key that the schema does not name.
  return twice === undefined ? { value: document } : { problems: [twice] };
}

/** The same id may stand once: of sessions in a file, and of items in a list. */
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

/** A loop and no recursion: the nesting is somebody else's. */
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
