/** Finds the source folders, test folders, packages and entry points of a project from its file names. */

import { isCodeFile, isTestFile } from "../tests.ts";
import { isNodeProject } from "./commands.ts";
import { entryPointsOf } from "./entry-points.ts";
import { entriesOfManifests } from "./manifests.ts";

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
  const tests = code.filter(isTestFile);
  const workspaces = workspacesOf(files, source);
  const isNamed = (folder: string) =>
    workspaces.some((each) => `${folder}/`.startsWith(`${each.folder}/`)) ||
    tests.some((file) => testFolderOf(file) === folder);
  const isHelper = (file: string) =>
    isTestFile(file) || isTestFolder(dirOf(file)) || SERVING.test(file.split("/")[0] ?? "");
  const named = entriesOfManifests(contents, isNodeProject(language));
  return {
    sourceFolders: sourceFoldersOf(source).filter((folder) => !isNamed(folder)),
    ...testsOf(tests, source),
    workspaces,
    entryPoints: entryPointsOf(files, contents, named, isHelper),
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
  const isBeside = pattern !== undefined && beside.length * 2 >= tests.length;
  const folderAbove = (file: string) => {
    const folder = testFolderOf(file);
    return isBeside && folder?.includes("/") ? undefined : folder;
  };
  const testFolders = folded(countBy(main.length > 0 ? main : tests, folderAbove));
  return isBeside ? { testFolders, testsBeside: pattern } : { testFolders };
}

function besideName(file: string): string | undefined {
  for (const [pattern, name] of BESIDE) {
    const match = pattern.exec(file);
    if (match) return name.replace("$1", match[1] ?? "");
  }
  return undefined;
}

/**
 * Returns the path up to the first folder with the name of a test folder. A name such as `shop-test` may be a
 * library for tests, so only a plural or a known kind of test counts.
 */
function testFolderOf(file: string): string | undefined {
  return /^(?:[^/]+\/)*?(?:src\/\w*[tT]est\/\w+|tests?|specs?|__tests__|e2e|acceptance|features|Tests|[\w.-]+[-_.](?:[tT]ests|specs|e2e)|(?:acceptance|e2e|functional|integration|smoke|stress|system|unit)[-_]?(?:test|spec)|tests[-_][\w-]+)(?=\/)/.exec(
    file,
  )?.[0];
}

/**
 * Returns at most 3 folders or patterns, largest first. Replaces more than 3 by patterns: by their parent,
 * else by their name.
 */
function folded(counts: ReadonlyMap<string, number>): string[] {
  const ways = [
    (folder: string) => folder,
    (folder: string) => folder.replace(PARENT, "*"),
    (folder: string) => `**/${NAME.exec(folder)?.[0]}`,
  ];
  const patterns = ways.map((pattern) => grouped(counts, pattern));
  return mostFirst(patterns.find((each) => each.size <= 3) ?? patterns.at(-1) ?? counts, 3);
}

/** Sums counts by the pattern of a folder. A folder that is alone in its pattern keeps its name. */
function grouped(counts: ReadonlyMap<string, number>, pattern: (folder: string) => string) {
  const sizes = countBy([...counts.keys()], pattern);
  const sums = new Map<string, number>();
  for (const [folder, count] of counts) {
    const name = (sizes.get(pattern(folder)) ?? 0) > 1 ? pattern(folder) : folder;
    sums.set(name, (sums.get(name) ?? 0) + count);
  }
  return sums;
}

/** The parent folder of a test folder. */
const PARENT = /[^/]+(?=\/(?:src\/)?[^/]+(?:\/(?:java|kotlin))?$)/;
/** The name of a test folder, with `src/` of Java before it. */
const NAME = /(?:src\/\w*[tT]est\/)?[^/]+$/;

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
