/** Checks what a change adds against `context.rules`. Without rules nothing is loaded, and git is not asked. */

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

/** What is checked. */
export interface Range {
  /** Arguments of `git diff`. */
  readonly between: readonly string[];
  /** Count files that git does not track yet, too. */
  readonly untracked?: boolean;
  /** The commit whose files there are, where that is not the work tree. */
  readonly tip?: string | undefined;
}

/** How often a rule is broken. */
export interface RuleCount {
  readonly name: string;
  readonly severity: Finding["severity"];
  readonly findings: number;
}

/** Findings that are named one by one, and the largest untracked file that is looked at, in bytes. */
const NAMED = 10;
const MAX_BYTES = 1024 * 1024;

/** Returns the rules in force, sets by their rules, with what is wrong with them. */
export async function rulesInForce(place: Place): Promise<{ rules: Rule[]; problems: string[] }> {
  const { rules } = place.config.context;
  if (rules.length === 0) return { rules: [], problems: [] };
  const { rulesOf } = await import("../rules/sets.ts");
  return rulesOf(rules);
}

/** Returns the change that the session of this branch is, uncommitted and untracked files included. */
export async function rangeHere(place: Place): Promise<Range> {
  const gathered = await gatherHere(place);
  // On a branch that nothing says the beginning of, only what is not committed is known to be new.
  const between = gathered.recent
    ? undefined
    : await diffArguments(place, gathered.range, gathered.tip, true);
  const from = between ?? [place.repository.head ?? (await emptyTree(place.repository.root))];
  return { between: from, untracked: true };
}

/** Returns a range as it was typed: one commit against the work tree, or two. Failure `usage` for what is no revision. */
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

/** Returns the rules in force, or those of a shipped set; without either, what sets there are. Failure `usage`. */
export async function rulesShown(
  place: Place,
  set?: string,
): Promise<{ rules: Rule[]; sets: { name: string; does: string }[]; problems: string[] }> {
  const { rulesOf, SETS } = await import("../rules/sets.ts");
  const sets = Object.entries(SETS).map(([name, { does }]) => ({ name, does }));
  if (set === undefined) return { ...rulesOf(place.config.context.rules), sets };
  if (sets.some((each) => each.name === set)) return { ...rulesOf([{ set }]), sets: [] };
  throw new Failure("usage", `there is no set ${set}`, { hint: "session check --rules" });
}

/** Counts the findings of each rule, the most first; undefined without rules. */
export async function countFindings(place: Place, range: Range): Promise<RuleCount[] | undefined> {
  if (place.config.context.rules.length === 0) return undefined;
  const { findings } = await checkRules(place, range);
  const counts = new Map<string, RuleCount>();
  for (const { rule: name, severity } of findings)
    counts.set(name, { name, severity, findings: (counts.get(name)?.findings ?? 0) + 1 });
  return [...counts.values()].sort((one, other) => other.findings - one.findings);
}

/** Checks a range. `lines`: only what an added line breaks, as one commit can be asked. */
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

/** Files that git does not track and does not ignore, all of whose lines are new. */
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

/** `src/a.ts:12: no-console: Print through the logger` */
export function findingLine({ path: file, line, rule, say, text }: Finding): string {
  return oneLine(
    `${file}${line === null ? "" : `:${line}`}: ${rule}: ${say === "" || line === null ? text : say}`,
  );
}

/** Warnings for one commit, one line each. Says what is wrong with the rules, and never fails for it. */
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
 * Checks what a merge brings, and warns of findings.
 * @throws Failure `breaks-rules` with those of severity `error`, unless `force`.
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
