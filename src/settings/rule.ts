/**
 * The schema of the setting `context.rules`: checks of the lines that a change adds, and names of shipped
 * rule sets.
 */
import * as v from "valibot";

/** A text of one line without control characters, of at most 500 characters. */
const text = v.pipe(v.string(), v.minLength(1), v.maxLength(500), v.regex(/^[^\x00-\x1f\x7f-\x9f]*$/));
const globs = v.pipe(v.array(text), v.minLength(1), v.maxLength(50));
const name = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9._/-]{0,79}$/i));
const severity = v.picklist(["warning", "error"]);

const described = <S extends v.GenericSchema>(schema: S, does: string) =>
  v.optional(v.pipe(schema, v.description(does)));

const RULE = v.strictObject({
  name: v.pipe(name, v.description("Letters, digits and . _ / -")),
  say: described(text, "The rule and its reason, for people and models."),
  severity: described(severity, "error: end --merge-to refuses. Default: warning."),
  files: described(globs, "Files that the rule applies to, as globs. Default: every file."),
  except: described(globs, "Files that the rule does not apply to."),
  forbid: described(text, "A pattern, in RE2's syntax, that no added line may match."),
  imports: described(
    v.strictObject({
      never: described(globs, "Files or modules that may not be imported."),
      only: described(globs, "The only files of the repository that may be imported."),
      apart: described(
        text,
        "A glob such as services/*: files of one match may not import from another match.",
      ),
    }),
    "What an added line may import.",
  ),
  require: described(
    v.strictObject({
      exists: described(text, "A file that each new file needs: {dir}/{name}.test.{ext}"),
      changes: described(text, "A file that must change too: CHANGELOG.md"),
    }),
    "Files that must accompany a file, over the whole session.",
  ),
});

const SET = v.strictObject({
  set: v.pipe(text, v.description("A shipped set: session check --rules lists them.")),
  severity: described(severity, "Severity of all rules of the set."),
  where: described(
    v.record(name, globs),
    "Globs of each part in this repository, by the part's name in the set.",
  ),
});

export const RULE_LIST = v.pipe(v.array(v.union([RULE, SET])), v.maxLength(100));

export type Rule = v.InferOutput<typeof RULE>;
export type RuleEntry = v.InferOutput<typeof RULE_LIST>[number];

/** Returns the error text for a list of rules; undefined for a valid list. */
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
  if (names.has(own)) return `another rule has the name ${own}`;
  names.add(own);
  return undefined;
}
