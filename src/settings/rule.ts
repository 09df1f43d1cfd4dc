/** The schema of `context.rules`: checks of the lines that a change adds, and shipped sets of them. */
import * as v from "valibot";

/** One line without control characters, of at most 500. */
const text = v.pipe(v.string(), v.minLength(1), v.maxLength(500), v.regex(/^[^\x00-\x1f\x7f-\x9f]*$/));
const globs = v.pipe(v.array(text), v.minLength(1), v.maxLength(50));
const name = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9._/-]{0,79}$/i));
const severity = v.picklist(["warning", "error"]);

const described = <S extends v.GenericSchema>(schema: S, does: string) =>
  v.optional(v.pipe(schema, v.description(does)));

const RULE = v.strictObject({
  name: v.pipe(name, v.description("Letters, digits and . _ / -")),
  say: described(text, "What holds, and why, for people and models."),
  severity: described(severity, "error: end --merge-to refuses. Default: warning."),
  files: described(globs, "Files that it is about, as globs. Default: every file."),
  except: described(globs, "Files that it is not about."),
  forbid: described(text, "A pattern, in RE2's syntax, that no added line may match."),
  imports: described(
    v.strictObject({
      never: described(globs, "Files or modules that may not be imported."),
      only: described(globs, "The only files of the repository that may be imported."),
      apart: described(text, "A glob such as services/*: what one match holds may not import from another."),
    }),
    "What an added line may import.",
  ),
  require: described(
    v.strictObject({
      exists: described(text, "A file that each new file needs: {dir}/{name}.test.{ext}"),
      changes: described(text, "A file that gains lines along with it: CHANGELOG.md"),
    }),
    "What goes with a file, over the whole session.",
  ),
});

const SET = v.strictObject({
  set: v.pipe(text, v.description("A shipped set: session check --rules lists them.")),
  severity: described(severity, "Of all its rules."),
  where: described(
    v.record(name, globs),
    "Where each part is in this repository, as globs, by the names that the set gives them.",
  ),
});

export const RULE_LIST = v.pipe(v.array(v.union([RULE, SET])), v.maxLength(100));

export type Rule = v.InferOutput<typeof RULE>;
export type RuleEntry = v.InferOutput<typeof RULE_LIST>[number];

/** Says what is wrong with a list of rules, in words; undefined for a right list. */
export function wrongRules(value: unknown): string | undefined {
  if (!Array.isArray(value) || value.length > 100)
    return "context.rules must be a list of at most 100 rules, each with a name, or of sets";
  const names = new Set<unknown>();
  for (const [at, each] of value.entries()) {
    const wrong = wrongRule(each, names);
    if (wrong !== undefined) return `context.rules, rule ${at + 1}: ${wrong}`;
  }
  return undefined;
}

function wrongRule(value: unknown, names: Set<unknown>): string | undefined {
  const isSet = typeof value === "object" && value !== null && "set" in value;
  const result = v.safeParse(isSet ? SET : RULE, value);
  const [issue] = result.issues ?? [];
  if (issue) {
    const where = issue.path?.map((item) => String(item.key)).join(".");
    return `${where ? `${where}: ` : ""}${issue.message.slice(0, 200)}`;
  }
  if (isSet) return undefined;
  const { name: own, forbid, imports, require } = result.output as Rule;
  if (!forbid && !imports && !require) return `${own} needs forbid, imports or require`;
  if (names.has(own)) return `another one is called ${own}`;
  names.add(own);
  return undefined;
}
