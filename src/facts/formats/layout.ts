/** Finds the source folders, test folders, packages and entry points of a project from its file names. */
import { isNodeProject } from "./commands.ts";
import { entriesOfManifests } from "./manifests.ts";
import { isCodeFile, isTestFile } from "./tests.ts";

/** The folders and entry points of a project, as paths relative to the top of the work tree. */
export interface Layout {
  /**
   * At most 5 source folders, largest first, without supporting folders such as docs, examples and scripts.
   */
  readonly sourceFolders: readonly string[];
  /** At most 3 folders that hold only tests; several similar folders become one pattern with a star. */
  readonly testFolders: readonly string[];
  /** Name pattern of test files, such as `*_test.go`, if most of them are next to the source files. */
  readonly testsBeside?: string;
  /** Folders with at least 3 packages. */
  readonly workspaces: readonly Workspace[];
  readonly entryPoints: readonly string[];
}

interface Workspace {
  /** Path of the parent folder, such as `crates`. */
  readonly folder: string;
  readonly packages: number;
  /** At most 3 packages with the most files. */
  readonly largest: readonly string[];
}

/** Returns the layout of a project. `files`: its paths without third-party code. */
export function layoutOf(
  files: readonly string[],
  contents: ReadonlyMap<string, string>,
  language: string | undefined,
): Layout {
  const code = files.filter(isCodeFile);
  const source = code.filter((file) => !isTestFile(file));
  const workspaces = workspacesOf(files, source);
  const isInside = (folder: string) => workspaces.some((each) => folder.startsWith(`${each.folder}/`));
  return {
    sourceFolders: sourceFoldersOf(source).filter((folder) => !isInside(folder)),
    ...testsOf(code.filter(isTestFile), source),
    workspaces,
    entryPoints: entryPointsOf(files, entriesOfManifests(contents, isNodeProject(language))),
  };
}

/** Names of folders that support the program but are not its source, such as docs. */
const SERVING =
  /^(docs?|documentation|website|site|web-?site|examples?|samples?|demos?|playground|bench(es|marks?)?|scripts?|tools?|hack|support|ci|dev|rake|rubocop|release|packaging|changelogs?)$/i;

function sourceFoldersOf(source: readonly string[]): string[] {
  const counts = countBy(source, folderOf);
  const main = new Map([...counts].filter(([folder]) => !SERVING.test(folder.split("/")[0] ?? "")));
  const chosen = main.size > 0 ? main : counts;
  const most = Math.max(0, ...chosen.values());
  const isAbove = (folder: string) => [...chosen.keys()].some((each) => each.startsWith(`${folder}/`));
  return mostFirst(chosen, 5).filter((folder) => (chosen.get(folder) ?? 0) * 50 >= most && !isAbove(folder));
}

/**
 * Returns the source folder of a file: its top folder, a package folder such as `packages/x`, or a folder
 * such as `src/main/java`.
 */
function folderOf(file: string): string | undefined {
  return /^src\/(?:main|test|\w+Test)\/(?:java|kotlin|scala|groovy)(?=\/)|^(?:packages|apps|crates|modules|services|libs)\/[^/]+(?=\/)|^[^/.][^/]*(?=\/)/.exec(
    file,
  )?.[0];
}

/** Name patterns of test files that are next to the source files. */
const BESIDE: readonly (readonly [RegExp, string])[] = [
  [/_test\.go$/, "*_test.go"],
  [/[^/]\.test\.(\w+)$/, "*.test.$1"],
  [/[^/]\.spec\.(\w+)$/, "*.spec.$1"],
  [/_spec\.rb$/, "*_spec.rb"],
  [/_test\.(\w+)$/, "*_test.$1"],
  [/(?:^|\/)test_[^/]+\.py$/, "test_*.py"],
  [/Tests?\.(java|kt|cs|swift|php)$/, "*Test.$1"],
];

function testsOf(
  tests: readonly string[],
  source: readonly string[],
): Pick<Layout, "testFolders" | "testsBeside"> {
  const dirs = new Set(source.map(dirOf));
  const beside = tests.filter((file) => dirs.has(dirOf(file)) && testFolderOf(file) === undefined);
  const [pattern] = mostFirst(countBy(beside, besideName), 1);
  const main = tests.filter((file) => !SERVING.test(file.split("/")[0] ?? ""));
  const testFolders = folded(countBy(main.length > 0 ? main : tests, testFolderOf));
  return pattern !== undefined && beside.length * 2 >= tests.length
    ? { testFolders: testFolders.filter((each) => !each.includes("/")), testsBeside: pattern }
    : { testFolders };
}

function besideName(file: string): string | undefined {
  for (const [pattern, name] of BESIDE) {
    const match = pattern.exec(file);
    if (match) return name.replace("$1", match[1] ?? "");
  }
  return undefined;
}

/** Returns the path up to the first folder with the name of a test folder. */
function testFolderOf(file: string): string | undefined {
  return /^(?:[^/]+\/)*?(?:src\/\w*[tT]est\/\w+|(?:[\w-]*[-_])?(?:tests?|specs?|__tests__|e2e|acceptance|features|Tests))(?=\/)/.exec(
    file,
  )?.[0];
}

/**
 * Returns at most 3 folders, largest first. Replaces more than 3 by patterns: by their parent, else by their
 * name.
 */
function folded(counts: ReadonlyMap<string, number>): string[] {
  if (counts.size <= 3) return mostFirst(counts, 3);
  const parents = new Set([...counts.keys()].map((each) => each.replace(PARENT, "*")));
  if (parents.size <= 2) return [...parents];
  return mostFirst(
    countBy([...counts.keys()], (folder) =>
      folder.includes("/") ? `**/${folder.split("/").at(-1)}` : folder,
    ),
    3,
  );
}

/** The parent folder of a test folder. */
const PARENT = /[^/]+(?=\/(?:src\/)?[^/]+(?:\/(?:java|kotlin))?$)/;

const MANIFEST =
  /^(.+)\/(?:package\.json|Cargo\.toml|go\.mod|pyproject\.toml|pom\.xml|build\.gradle(?:\.kts)?)$/;

function workspacesOf(files: readonly string[], source: readonly string[]): Workspace[] {
  const members = new Map<string, string[]>();
  const folders = new Set(files.flatMap((file) => MANIFEST.exec(file)?.[1] ?? []));
  for (const folder of folders) {
    const parent = dirOf(folder);
    // A package inside a package is a template or a helper.
    const isPart = parent === "" || folders.has(parent) || isTestFolder(parent);
    if (isPart || parent.split("/").some((each) => SERVING.test(each))) continue;
    members.set(parent, [...(members.get(parent) ?? []), folder]);
  }
  const sizes = countBy(source, (file) => file.split("/").slice(0, 2).join("/"));
  return [...members]
    .filter(([, folders]) => folders.length >= 3)
    .map(([folder, folders]) => ({
      folder,
      packages: folders.length,
      largest: mostFirst(new Map(folders.map((each) => [each, sizes.get(each) ?? 0])), 3),
    }))
    .sort((one, other) => other.packages - one.packages)
    .slice(0, 3);
}

function isTestFolder(folder: string): boolean {
  return testFolderOf(`${folder}/`) !== undefined;
}

const ENTRY =
  /^(?:[\w-]+\/)?(?:main|index|cli|app|server|__main__)\.\w+$|^src\/lib\.rs$|^(?:[\w-]+\/){0,2}src\/(?:main\.rs|bin\/[^/]+\.rs)$|^cmd\/[^/]+\/main\.go$|^src\/[\w-]+\/__main__\.py$|^(manage\.py|config\.ru|artisan|Program\.cs|public\/index\.php)$|^src\/main\/(?:java|kotlin)\/(?:[\w-]+\/)*(?:Main|\w*Application)\.(?:java|kt)$/;

/** Names of programs for the project's maintainers, not for its users. */
const HELPER =
  /(?:^|\/)(?:release|gen|generate|docs?|tools?|bench|lint|dev|internal|mock|test|xtask|action|priv)(?:[-_][\w-]+)?\//;

const MAX_ENTRIES = 6;

/**
 * Returns the files that manifests name and the usual entry points. With more than the limit, returns only
 * those of manifests.
 */
function entryPointsOf(files: readonly string[], entries: readonly string[]): string[] {
  const tracked = new Set(files);
  const named = entries.map((file) => file.replace(/^\.\//, "")).filter((file) => tracked.has(file));
  const usual = files.filter(
    (file) =>
      ENTRY.test(file) &&
      (isCodeFile(file) || !/\.\w+$/.test(file) || file === "config.ru") &&
      !isTestFile(file) &&
      !HELPER.test(file) &&
      !SERVING.test(file.split("/")[0] ?? ""),
  );
  const all = [...new Set([...named, ...usual])].filter(
    (file) => file !== "src/lib.rs" || !tracked.has("src/main.rs"),
  );
  return all.length <= MAX_ENTRIES ? all : [...new Set(named)].slice(0, MAX_ENTRIES);
}

function dirOf(file: string): string {
  const at = file.lastIndexOf("/");
  return at < 0 ? "" : file.slice(0, at);
}

/** Counts files by a key. Ignores files without a key. */
export function countBy(
  files: readonly string[],
  key: (file: string) => string | undefined,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const file of files) {
    const each = key(file);
    if (each) counts.set(each, (counts.get(each) ?? 0) + 1);
  }
  return counts;
}

/** Sorts keys by count, highest first, then by name, and returns the first `limit`. */
export function mostFirst(counts: ReadonlyMap<string, number>, limit: number): string[] {
  return [...counts]
    .sort(([one, n], [other, m]) => m - n || (one < other ? -1 : 1))
    .slice(0, limit)
    .map(([name]) => name);
}
