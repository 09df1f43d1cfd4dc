/** Finds the files in which the programs of a project start, by the rules of each language. */

/** Files that start a program by their path. A file with a similar name in another language does not. */
const ENTRIES: readonly RegExp[] = [
  /^(?:cmd\/(?:[\w-]+\/)?|[\w-]+\/)?main\.go$/,
  /^(?:[\w-]+\/){0,2}src\/(?:main\.rs|bin\/[^/]+(?:\/main)?\.rs)$|^src\/lib\.rs$/,
  /^(?:src\/)?[\w-]+\/__main__\.py$|^(?:backend\/)?(?:(?:src|app)\/)?(?:main|app|server|cli|__main__)\.py$|^manage\.py$/,
  /^(?:(?:backend|client|frontend|server)\/)?(?:(?:src|app|bin)\/)?(?:index|main|cli|app|server)\.[cm]?[jt]sx?$/,
  /^(?:src\/)?main\.(?:c|cc|cpp|cxx|zig|swift|dart|nim|ml|hs)$|^(?:app|src)\/Main\.hs$|^lib\/main\.dart$/,
  /^Sources\/[\w-]+\/main\.swift$|^(?:src\/)?(?:[\w.-]+\/)?Program\.cs$|^lib\/[\w-]+\/application\.ex$/,
  /^(?:[\w-]+\/)?src\/main\/(?:java|kotlin)\/(?:[\w-]+\/)*(?:Main|\w*Application)\.(?:java|kt)$/,
  /^(?:artisan|config\.ru|bin\/console|(?:public\/)?index\.php)$/,
];

/** Matches a file of C or C++ that starts a program only if its text defines `main`. */
export const C_PROGRAM = /^(?:src\/)?(?:app|cli|daemon|server)\.(?:c|cc|cpp|cxx)$/;
const DEFINES_MAIN = /^(?:int|void)\s+main\s*\(/m;

/** Names of programs for the project's maintainers, not for its users. */
const HELPER =
  /(?:^|\/)(?:release|gen|generate|docs?|tools?|bench|lint|dev|internal|mock|test|xtask|action|priv)(?:[-_][\w-]+)?\//;

const MAX_ENTRIES = 6;

/**
 * Returns the tracked files that manifests name, and the files that start a program by the rules of their
 * language, without helpers of maintainers. With more than 6, returns only those of manifests.
 */
export function entryPointsOf(
  files: readonly string[],
  contents: ReadonlyMap<string, string>,
  named: readonly string[],
  isHelper: (file: string) => boolean,
): string[] {
  const tracked = new Set(files);
  const manifest = named.map((file) => file.replace(/^\.\//, "")).filter((file) => tracked.has(file));
  const starts = (file: string) =>
    ENTRIES.some((pattern) => pattern.test(file)) ||
    (C_PROGRAM.test(file) && DEFINES_MAIN.test(contents.get(file) ?? ""));
  const found = files.filter((file) => starts(file) && !HELPER.test(file) && !isHelper(file));
  const isProgram = found.some((file) => /\/(?:main|bin\/.+)\.rs$/.test(file));
  const all = [...new Set([...manifest, ...found])].filter((file) => file !== "src/lib.rs" || !isProgram);
  return all.length <= MAX_ENTRIES ? all : [...new Set(manifest)].slice(0, MAX_ENTRIES);
}
