/** Proposes Conventional Commits subjects and reads their types (conventionalcommits.org). */
import type { FileDiff } from "./diff.ts";
import { isCodeFile, isCommentLine, isTestFile } from "./tests.ts";

/** The facts from which a commit subject is proposed. */
export interface SubjectInput {
  readonly label?: string;
  /** First line of the objective in progress. */
  readonly objective?: string;
  readonly files: readonly {
    readonly path: string;
    readonly change: "added" | "changed" | "removed" | "renamed";
  }[];
}

type Files = SubjectInput["files"];

const MAX = 72;
const TYPES = "build|chore|ci|docs|feat|fix|perf|refactor|revert|style|test";
const NAMELESS = /^(wip|tmp|temp|test|dev|develop|work|patch|branch|fix|feature|new|my|draft)?[-_\s]*\d*$/i;
const CONVENTIONAL = new RegExp(`^(${TYPES})(?:\\([^()]*\\))?!?: +(?=\\S)`, "i");

/**
 * Proposes a subject such as `feat(auth): google login`, of at most 72 characters. The same input gives the
 * same subject.
 */
export function proposeSubject({ label = "", objective = "", files }: SubjectInput): string {
  const code = files.filter((each) => !each.path.startsWith(".session/"));
  // A commit that only changes .session/ files just records the session, whatever the objective is.
  const record = code.length === 0 && files.length > 0;
  const words = wordsOf(label.replace(/[-_]+/g, " ")) || (record ? "" : wordsOf(objective));
  const type = record ? "docs" : typeOf(words, code);
  const scope = record ? "session" : scopeOf(code.map((each) => each.path));
  const prefix = `${type}${scope === undefined ? "" : `(${scope})`}: `;
  const text = withoutType(words, type) || (record ? recordText(files) : filesText(code));
  return prefix + clip(lowerFirst(text), MAX - prefix.length);
}

/**
 * Returns the type of a subject in lower case, such as `feat`. Returns "other" for a subject without a usual
 * type.
 */
export function commitType(subject: string): string {
  return CONVENTIONAL.exec(subject)?.[1]?.toLowerCase() ?? "other";
}

/** Returns whether a text does not describe the work, such as `wip`, `chore: wip` or `test-2`. */
export function isNameless(words: string): boolean {
  return NAMELESS.test(words.replace(CONVENTIONAL, "").trim());
}

/** Returns a subject without the marks of unfinished commits, such as `WIP:` and `fixup!`. */
export function withoutMarks(subject: string): string {
  return subject.replace(
    /^\s*(?:(?:\[?(?:wip|tmp|temp|draft)\]?(?![\p{L}\p{N}])[:\s-]*|(?:fixup|squash|amend)!\s*))+/iu,
    "",
  );
}

/** Counts the types of subjects as a text such as "4 feat, 2 test", most frequent first. */
export function countTypes(subjects: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const type of subjects.map(commitType)) counts.set(type, (counts.get(type) ?? 0) + 1);
  const sorted = [...counts].sort(([one, n], [other, m]) => m - n || (one < other ? -1 : 1));
  return sorted.map(([type, count]) => `${count} ${type}`).join(", ");
}

/** Commit types for commits with files of a single kind, such as `docs` and `test`. */
const KINDS: readonly (readonly [type: string, kind: (path: string) => boolean])[] = [
  ["test", (path) => isTestFile(path) || /(^|\/)(__tests__|__snapshots__|tests?|specs?|e2e)\//i.test(path)],
  [
    "build",
    matcher(
      /(^|\/)(package(-lock)?\.json|npm-shrinkwrap\.json|pnpm-(lock|workspace)\.yaml|yarn\.lock|bun\.lockb?|deno\.(jsonc?|lock)|tsconfig[\w.-]*\.json|\.?[\w.-]+\.config\.[cm]?[jt]s|\.[\w-]+rc\.[cm]?js|Cargo\.(toml|lock)|go\.(mod|sum|work)|pyproject\.toml|setup\.(py|cfg)|requirements[\w.-]*\.txt|(uv|poetry|Pipfile|Gemfile|composer|mix)\.lock|Pipfile|Gemfile|composer\.json|mix\.exs|Makefile|Dockerfile|(docker-)?compose\.ya?ml|CMakeLists\.txt|pom\.xml|(build|settings)\.gradle(\.kts)?|gradle\.properties|[^/]+\.(csproj|sln|gemspec))$/,
    ),
  ],
  [
    "ci",
    matcher(
      /^(\.github\/(workflows|actions)|\.gitlab|\.circleci|\.buildkite|\.woodpecker|\.ci)\/|^(\.gitlab-ci|\.travis|appveyor|azure-pipelines|bitbucket-pipelines|\.drone)\.ya?ml$|^\.github\/dependabot\.ya?ml$|^Jenkinsfile$/,
    ),
  ],
  [
    "docs",
    matcher(
      /\.(md|mdx|markdown|rst|adoc|txt)$|^docs?\/|(^|\/)(README|LICENSE|CHANGELOG|AUTHORS|NOTICE)(\.\w+)?$/i,
    ),
  ],
];

function matcher(pattern: RegExp): (path: string) => boolean {
  return (path) => pattern.test(path);
}

const FIX = /^(fix(e[sd])?|bug(s|fix)?|hotfix|repair)\b/i;
const REFACTOR =
  /^(refactor|restructure|reorgani[sz]e|rename|move|extract|split|simplify|inline|tidy|clean ?up)\b/i;

/**
 * Chooses the commit type: by the files if all are of one kind, then by the words, then `feat` for new source
 * files. Changed source files with words are `feat` too; without words the type is `chore`.
 */
function typeOf(words: string, files: Files): string {
  const alike = files.length > 0 && KINDS.find(([, kind]) => files.every((each) => kind(each.path)))?.[0];
  if (alike) return alike;
  const said = commitType(words);
  if (said !== "other") return said;
  if (FIX.test(words)) return "fix";
  const code = files.filter((each) => isSource(each.path));
  if (code.length === 0) return "chore";
  if (REFACTOR.test(words) || code.every((each) => each.change === "renamed")) return "refactor";
  if (code.some((each) => each.change === "added")) return "feat";
  return words === "" || code.every((each) => each.change === "removed") ? "chore" : "feat";
}

/** Returns whether a file's change may need a test: a line of source code changed that is not a comment. */
export function changesCode({ path, added, removed }: FileDiff): boolean {
  if (!isCodeFile(path) || path.startsWith(".session/") || KINDS.some(([, kind]) => kind(path))) return false;
  return [...added, ...removed].some(({ text }) => text.trim() !== "" && !isCommentLine(path, text));
}

function isSource(path: string): boolean {
  return isCodeFile(path) && !isTestFile(path);
}

/**
 * Returns the first folder below src/, packages/ or lib/ that all source files share. Considers all files if
 * none is source.
 */
function scopeOf(paths: readonly string[]): string | undefined {
  const source = paths.filter(isSource);
  const scopes = new Set((source.length > 0 ? source : paths).map(folderBelowSource));
  const [scope] = scopes;
  return scopes.size === 1 ? scope : undefined;
}

function folderBelowSource(path: string): string | undefined {
  const match =
    /^(?:[^/]+\/)??(?:src|lib|packages|apps|internal|pkg|crates|modules|services|tests?)\/([a-z][\w-]{0,19})\//i.exec(
      path,
    );
  // Folder names such as `main` in src/main/java do not describe the work.
  return match?.[1] === undefined || /^(main|test|lib|src)$/.test(match[1]) ? undefined : match[1];
}

/** Returns a text as one line without control characters and final period. */
function wordsOf(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, " ").replace(/^ | ?\.? ?$/g, "");
}

/**
 * Returns the text without its type, so that `fix(login): redirect` and `fix redirect` both give `redirect`.
 */
function withoutType(words: string, type: string): string {
  const text = words.replace(CONVENTIONAL, "");
  return text !== words || type !== "fix" ? text : words.replace(/^(bug|hot)?fix(es|ed)?:? +(?=\S)/i, "");
}

function recordText(files: Files): string {
  const names = files.map((each) => each.path.slice(".session/".length));
  return names.includes("decision-log.md") ? "record decisions" : filesText(files);
}

function filesText(files: Files): string {
  const [first] = files;
  if (!first) return "record progress";
  const verb = { added: "add", changed: "update", removed: "remove", renamed: "move" }[first.change];
  const name = wordsOf(first.path.split("/").at(-1) ?? first.path);
  if (files.length === 1) return `${verb} ${name}`;
  const same = files.every((each) => each.change === first.change);
  return `${same ? verb : "update"} ${files.length} files${commonFolder(files.map((each) => each.path))}`;
}

function commonFolder(paths: readonly string[]): string {
  const [first = [], ...others] = paths.map((path) => path.split("/").slice(0, -1));
  let depth = first.length;
  for (const other of others) {
    const differs = first.findIndex((part, at) => part !== other[at]);
    if (differs >= 0) depth = Math.min(depth, differs);
  }
  return depth === 0 ? "" : ` in ${wordsOf(first.slice(0, depth).join("/"))}`;
}

/** Returns a text with a lower-case first letter, except for words such as `OAuth`, `API` and `I`. */
export function lowerFirst(text: string): string {
  const plain = /^\p{Lu}[\p{Ll}'’]*(?![\p{L}\p{N}])/u.test(text) && !/^I\b/.test(text);
  return plain ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

/** Cuts a text to a length, at a space if the second half has one. */
function clip(text: string, length: number): string {
  const points = [...text];
  if (points.length <= length) return text;
  const cut = points.slice(0, length).join("");
  const space = cut.lastIndexOf(" ");
  const kept = space > length / 2 ? cut.slice(0, space) : points.slice(0, length - 1).join("");
  return `${kept.replace(/[ ,;:.–-]+$/, "")}…`;
}
