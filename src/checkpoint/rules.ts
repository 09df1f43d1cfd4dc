/** Checks added lines and files against `context.rules`. Without rules, loads no code and runs no git. */

import { readFile } from "node:fs/promises";
import path from "node:path";
import { type FileDiff, filesOfDiff } from "../facts/formats/diff.ts";
import { diffArguments, gatherHere } from "../facts/gather.ts";
import { resolveCommit } from "../git/commits.ts";
import { allFiles, changedFiles, emptyTree, patch } from "../git/diff.ts";
import { isUtf8Path } from "../git/path-bytes.ts";
import { ask, read } from "../git/read.ts";
import type { Place } from "../place/place.ts";
import type { Checked, Finding } from "../rules/check.ts";
import { Failure } from "../session/failure.ts";
import type { Rule } from "../settings/rule.ts";
import { defined } from "../text/defined.ts";
import { oneLine } from "../text/foreign-text.ts";
import { withHint } from "../text/hint.ts";
import { plural } from "../text/plural.ts";

/** A range of changes to check against the rules. */
export interface Range {
  /** Arguments of `git diff` that select the changes. */
  readonly between: readonly string[];
  /** True to include untracked files. */
  readonly untracked?: boolean;
  /** The commit that holds the changed files; undefined for the work tree. */
  readonly tip?: string | undefined;
}

/** A rule, with the number of its findings. */
export interface RuleCount {
  readonly name: string;
  readonly severity: Finding["severity"];
  readonly findings: number;
}

/** Maximum findings that a warning lists; the warning counts the others. */
const NAMED = 10;
/** Maximum size of an untracked file to check, in bytes. */
const MAX_BYTES = 1024 * 1024;

/** Returns the configured rules, with sets replaced by their rules, and the errors in the configuration. */
export async function rulesInForce(place: Place): Promise<{ rules: Rule[]; problems: string[] }> {
  const { rules } = place.config.context;
  if (rules.length === 0) return { rules: [], problems: [] };
  const { rulesOf } = await import("../rules/sets.ts");
  return rulesOf(rules);
}

/** Returns the range of the current session's changes, with uncommitted and untracked files. */
export async function rangeHere(place: Place): Promise<Range> {
  const gathered = await gatherHere(place);
  // If the branch's base is unknown, only uncommitted changes are certainly new.
  const between = gathered.recent
    ? undefined
    : await diffArguments(place, gathered.range, gathered.tip, true);
  const from = between ?? [place.repository.head ?? (await emptyTree(place.repository.root))];
  return { between: from, untracked: true };
}

/**
 * Parses a range: one commit (compared with the work tree) or two, such as `main..HEAD`.
 * @throws Failure `usage` if it names no commit.
 * @see gitrevisions(7)
 */
export async function rangeNamed(place: Place, range: string): Promise<Range> {
  const { root } = place.repository;
  const tip = /^[^.].*?\.{2,3}(.*)$/.exec(range)?.[1];
  const revision = tip === undefined ? range : tip || "HEAD";
  const wrong = new Failure("usage", `not a commit or range: ${range}`, { hint: "session check main..HEAD" });
  if (range.startsWith("-") || (await resolveCommit(root, revision)) === undefined) throw wrong;
  const { code } = await ask(root, ["diff", "--quiet", "--no-ext-diff", range, "--"]);
  if (code > 1) throw wrong;
  return { between: [range], ...defined({ tip: tip === undefined ? undefined : revision }) };
}

/**
 * Returns the configured rules with the list of shipped sets, or with `set` the rules of this shipped
 * set.
 * @throws Failure `usage` for an unknown set.
 */
export async function rulesShown(
  place: Place,
  set?: string,
): Promise<{ rules: Rule[]; sets: { name: string; does: string }[]; problems: string[] }> {
  const { rulesOf, SETS } = await import("../rules/sets.ts");
  const sets = Object.entries(SETS).map(([name, { does }]) => ({ name, does }));
  if (set === undefined) return { ...rulesOf(place.config.context.rules), sets };
  if (sets.some((each) => each.name === set)) return { ...rulesOf([{ set }]), sets: [] };
  throw new Failure("usage", `there is no rule set ${set}`, { hint: "session check --rules" });
}

/** Counts the findings of each rule, highest count first; undefined without rules. */
export async function countFindings(place: Place, range: Range): Promise<RuleCount[] | undefined> {
  if (place.config.context.rules.length === 0) return undefined;
  const { findings } = await checkRules(place, range);
  const counts = new Map<string, RuleCount>();
  for (const { rule: name, severity } of findings)
    counts.set(name, { name, severity, findings: (counts.get(name)?.findings ?? 0) + 1 });
  return [...counts.values()].sort((one, other) => other.findings - one.findings);
}

/** Checks a range against the rules. `lines`: checks only added lines, not the set of files. */
export async function checkRules(
  place: Place,
  range: Range,
  options: { readonly lines?: boolean } = {},
): Promise<Checked> {
  const { rules, problems } = await rulesInForce(place);
  if (rules.length === 0) return { findings: [], more: 0, problems };
  const { root } = place.repository;
  const [diff, changes, untracked, { checkChange }] = await Promise.all([
    patch(root, range.between),
    options.lines ? [] : changedFiles(root, range.between),
    range.untracked ? untrackedFiles(root) : [],
    import("../rules/check.ts"),
  ]);
  const added = (changes ?? []).flatMap((each) => (each.change === "added" ? [each.path] : []));
  const checked = await checkChange(
    rules,
    {
      files: [...filesOfDiff(diff), ...untracked],
      fresh: new Set([...added, ...untracked.map((each) => each.path)]),
      tracked: () => allFiles(root, range.tip),
    },
    options,
  );
  return { ...checked, problems: [...problems, ...checked.problems] };
}

/** Reads untracked text files that git does not ignore, as diffs in which every line is added. */
async function untrackedFiles(root: string): Promise<FileDiff[]> {
  const listed = await read(root, ["ls-files", "-z", "--others", "--exclude-standard"]);
  const found = await Promise.all(
    listed
      .split("\0")
      .filter((each) => each !== "" && !each.endsWith("/") && isUtf8Path(each))
      .map(async (file): Promise<FileDiff[]> => {
        const bytes = await readFile(path.join(root, file)).catch(() => undefined);
        if (!bytes || bytes.length > MAX_BYTES || bytes.includes(0)) return [];
        const lines = bytes.toString("utf8").split(/\r?\n/);
        return [{ path: file, added: lines.map((text, at) => ({ line: at + 1, text })), removed: [] }];
      }),
  );
  return found.flat();
}

/** Formats a finding, such as `src/a.ts:12: no-console: Print through the logger`. */
export function findingLine({ path: file, line, rule, say, text }: Finding): string {
  return oneLine(
    `${file}${line === null ? "" : `:${line}`}: ${rule}: ${say === "" || line === null ? text : say}`,
  );
}

/** Returns warnings for one commit, one line each, with errors in the rules. Returns none on a Failure. */
export async function ruleWarnings(place: Place, range: Range): Promise<string[]> {
  if (place.config.context.rules.length === 0) return [];
  try {
    const { findings, more, problems } = await checkRules(place, range, { lines: true });
    const left = findings.length - NAMED + more;
    return [
      ...findings.slice(0, NAMED).map(findingLine),
      ...(left > 0 ? [withHint(plural(left, "more finding"), "session check")] : []),
      ...problems,
    ];
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}

/**
 * Checks the changes of a merge and adds findings as notices.
 * @throws Failure `breaks-rules` for findings of severity `error`, unless `force`.
 */
export async function checkMerge(place: Place, range: Range, force: boolean): Promise<void> {
  const { findings, more, problems } = await checkRules(place, range);
  const errors = findings.filter((each) => each.severity === "error");
  if (errors.length > 0 && !force)
    throw new Failure(
      "breaks-rules",
      `not merged: ${plural(errors.length, "added line")} or file breaks a rule`,
      { hint: "--force", details: errors.slice(0, NAMED).map(findingLine).join("\n") },
    );
  const left = findings.length - NAMED + more;
  place.notices.push(
    ...findings.slice(0, NAMED).map(findingLine),
    ...(left > 0 ? [withHint(plural(left, "more finding"), "session check")] : []),
    ...problems,
  );
}
