/** Conventional-commit subjects: proposing one, and telling their types. */
import { isCodeFile, isTestFile } from "./tests.ts";

export interface SubjectInput {
  readonly label?: string;
  /** Headline of the objective in progress. */
  readonly objective?: string;
  readonly files: readonly {
    readonly path: string;
    readonly change: "added" | "changed" | "removed" | "renamed";
  }[];
}

const MAX = 72;

/** A subject such as `feat(auth): google login`, out of what is known. The same input gives the same subject. */
export function proposeSubject(input: SubjectInput): string {
  const files = input.files.filter((each) => !each.path.startsWith(".session/"));
  const scope = scopeOf(files.map((each) => each.path));
  const prefix = `${typeOf(input, files)}${scope === undefined ? "" : `(${scope})`}: `;
  return prefix + clip(textOf(input, files), MAX - prefix.length);
}

/** `feat` of `feat(auth)!: x`; "other" where the subject has no type. */
export function commitType(subject: string): string {
  return /^([a-z]{2,12})(?:\([^()]*\))?!?: /.exec(subject)?.[1] ?? "other";
}

/** "4 feat, 2 test", the most frequent first. */
export function countTypes(subjects: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const type of subjects.map(commitType)) counts.set(type, (counts.get(type) ?? 0) + 1);
  const sorted = [...counts].sort(([one, n], [other, m]) => m - n || one.localeCompare(other));
  return sorted.map(([type, count]) => `${count} ${type}`).join(", ");
}

function typeOf({ label = "", objective = "" }: SubjectInput, files: SubjectInput["files"]): string {
  const paths = files.map((each) => each.path);
  const all = (test: (path: string) => boolean) => paths.length > 0 && paths.every(test);
  if (paths.length === 0) return label === "" && objective === "" ? "docs" : "chore";
  if (all(isTestFile)) return "test";
  if (all((path) => /\.(md|mdx|rst|adoc|txt)$|^docs\//i.test(path))) return "docs";
  if (all((path) => /^(\.github|\.gitlab|\.circleci|\.ci)\/|^\.gitlab-ci\.yml$|^Jenkinsfile$/.test(path)))
    return "ci";
  if (
    all((path) =>
      /(^|\/)(package(-lock)?\.json|pnpm-lock\.yaml|yarn\.lock|Cargo\.(toml|lock)|go\.(mod|sum)|pyproject\.toml|Makefile|Dockerfile|CMakeLists\.txt|pom\.xml|build\.gradle(\.kts)?)$/.test(
        path,
      ),
    )
  )
    return "build";
  if (/^(fix|bug|hotfix|repair)\b/i.test(label) || /^(fix|bug|hotfix|repair|correct)\b/i.test(objective))
    return "fix";
  const code = files.filter((each) => isCodeFile(each.path) && !isTestFile(each.path));
  if (code.some((each) => each.change === "added")) return "feat";
  if (code.length > 0) return label === "" && objective === "" ? "chore" : "feat";
  return "chore";
}

/** The folder below src/, packages/, lib/ … that all code is in. */
function scopeOf(paths: readonly string[]): string | undefined {
  const scopes = new Set(
    paths.map(
      (path) =>
        /^(?:.*\/)?(?:src|lib|packages|apps|internal|pkg|test|tests|crates|modules)\/([\w-]+)\//.exec(
          path,
        )?.[1],
    ),
  );
  const [scope] = scopes;
  return scopes.size === 1 ? scope : undefined;
}

function textOf({ label, objective }: SubjectInput, files: SubjectInput["files"]): string {
  if (label !== undefined && label.trim() !== "") return lowerFirst(label.replace(/[-_\s]+/g, " ").trim());
  if (objective !== undefined && objective.trim() !== "")
    return lowerFirst(objective.replace(/\s+/g, " ").trim());
  const [first] = files;
  if (!first) return "record decisions";
  const verb = { added: "add", changed: "update", removed: "remove", renamed: "move" }[first.change];
  const same = files.every((each) => each.change === first.change);
  const name = first.path.split("/").at(-1) ?? first.path;
  return files.length === 1
    ? `${verb} ${name}`
    : `${same ? verb : "update"} ${files.length} files${folderOf(files.map((each) => each.path))}`;
}

function folderOf(paths: readonly string[]): string {
  const folders = paths.map((path) => path.split("/").slice(0, -1));
  const common = folders.reduce((one, other) =>
    one.slice(0, one.findIndex((part, at) => part !== other[at]) >>> 0),
  );
  return common.length === 0 ? "" : ` in ${common.join("/")}`;
}

/** `OAuth` and `API keys` keep their capitals. */
function lowerFirst(text: string): string {
  return /^[A-Z][a-z'’]*(\s|$)/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

function clip(text: string, length: number): string {
  const points = [...text];
  if (points.length <= length) return text;
  const cut = points.slice(0, length - 1).join("");
  const space = cut.lastIndexOf(" ");
  return `${space > length / 2 ? cut.slice(0, space) : cut}…`;
}
