/** What a project is made of, from the names of its files and its manifests: the start of a first draft. */
import { defined } from "../../text/defined.ts";
import { type Command, commandsOf } from "./commands.ts";
import { dependenciesOf, descriptionOf, entriesOfManifests, nameOf, section } from "./manifests.ts";
import { isCodeFile, isTestFile } from "./tests.ts";

export { manifestsToRead } from "./manifests.ts";

export interface ProjectFacts {
  readonly name?: string;
  /** One line, from a manifest or the README. */
  readonly description?: string;
  /** As people write them, the most used first, at most 5. */
  readonly languages: readonly string[];
  /** The largest first. */
  readonly sourceFolders: readonly string[];
  readonly testFolders: readonly string[];
  /** `{name: "test", command: "npm test"}`; one for each name. */
  readonly commands: readonly Command[];
  /** Frameworks first, at most 12. */
  readonly dependencies: readonly string[];
  readonly entryPoints: readonly string[];
  /** Formatters and linters with a configuration of their own. */
  readonly tools: readonly string[];
}

/** Facts of a project from its tracked paths and the files that `manifestsToRead` names. Broken ones say nothing. */
export function detectProject(files: readonly string[], contents: ReadonlyMap<string, string>): ProjectFacts {
  const own = files.filter((file) => !FOREIGN.test(file));
  const source = own.filter((file) => isCodeFile(file) && !isTestFile(file));
  const tests = own.filter((file) => isCodeFile(file) && isTestFile(file));
  const sourceFolders = topFolders(source);
  const testFolders = topFolders(tests).filter((folder) => !sourceFolders.includes(folder));
  const name = nameOf(contents);
  const description = descriptionOf(contents);
  return {
    ...defined({ name, description }),
    languages: languagesOf(own),
    sourceFolders,
    testFolders,
    commands: commandsOf(files, contents),
    dependencies: dependenciesOf(contents),
    entryPoints: entryPointsOf(own, contents),
    tools: toolsOf(files, contents),
  };
}

/** Code of others, and what is made from code. */
const FOREIGN =
  /(^|\/)(node_modules|vendor|third_party|fixtures|testdata|__snapshots__)\/|^(dist|build|out|target)\//;

const LANGUAGES = new Map(
  Object.entries({
    TypeScript: "ts tsx mts cts",
    JavaScript: "js jsx mjs cjs",
    Python: "py pyi",
    Go: "go",
    Rust: "rs",
    Java: "java",
    Kotlin: "kt kts",
    Ruby: "rb",
    PHP: "php",
    "C#": "cs",
    "F#": "fs",
    "Visual Basic": "vb",
    C: "c h",
    "C++": "cc cpp cxx hpp hh",
    "Objective-C": "m mm",
    Swift: "swift",
    Scala: "scala",
    Groovy: "groovy",
    Clojure: "clj cljs cljc",
    Elixir: "ex exs",
    Erlang: "erl",
    Elm: "elm",
    Dart: "dart",
    Shell: "sh bash bats",
    PowerShell: "ps1",
    Perl: "pl pm",
    Lua: "lua",
    Haskell: "hs",
    OCaml: "ml",
    Nim: "nim",
    Zig: "zig",
    Vue: "vue",
    Svelte: "svelte",
    R: "r",
    Julia: "jl",
    SQL: "sql",
  }).flatMap(([language, extensions]) => extensions.split(" ").map((each) => [each, language] as const)),
);

function languagesOf(files: readonly string[]): string[] {
  const counts = countBy(files, (file) => LANGUAGES.get(extensionOf(file).toLowerCase()));
  // A header belongs to C++ where the rest is C++.
  if (counts.has("C++") && !files.some((file) => file.endsWith(".c"))) counts.delete("C");
  return mostFirst(counts, 5);
}

/** Folders at the top, those below packages/ and the like, or `src/main/java`, by how much is in them. */
function topFolders(files: readonly string[]): string[] {
  return mostFirst(countBy(files, folderOf), 6);
}

function folderOf(file: string): string | undefined {
  const match =
    /^src\/(?:main|test|\w+Test)\/(?:java|kotlin|scala|groovy)(?=\/)|^(?:packages|apps|crates|modules|services|libs)\/[^/]+(?=\/)|^[^/.][^/]*(?=\/)/.exec(
      file,
    );
  return match?.[0];
}

/** Without its point. */
function extensionOf(file: string): string {
  return /\.(\w{1,12})$/.exec(file)?.[1] ?? "";
}

const ENTRY =
  /^(?:[\w-]+\/)?(?:main|index|cli|app|server|lib|__main__)\.\w+$|^src\/bin\/[^/]+\.rs$|^cmd\/[^/]+\/main\.go$|^src\/[\w-]+\/__main__\.py$|^(manage\.py|config\.ru|artisan|Program\.cs|public\/index\.php)$|^src\/main\/(?:java|kotlin)\/(?:[\w-]+\/)*(?:Main|\w*Application)\.(?:java|kt)$/;

function entryPointsOf(files: readonly string[], contents: ReadonlyMap<string, string>): string[] {
  const tracked = new Set(files);
  const named = entriesOfManifests(contents)
    .map((file) => file.replace(/^\.\//, ""))
    .filter((file) => tracked.has(file));
  const usual = files.filter(
    (file) => ENTRY.test(file) && !isTestFile(file) && !/\.(md|html|css)$/.test(file),
  );
  return [...new Set([...named, ...usual])].slice(0, 6);
}

const TOOLS: readonly (readonly [RegExp, string])[] = [
  [/^\.?biome\.jsonc?$/, "Biome"],
  [/^\.eslintrc|^eslint\.config\./, "ESLint"],
  [/^\.?oxlintrc\.json$/, "Oxlint"],
  [/^\.prettierrc|^prettier\.config\./, "Prettier"],
  [/^\.?dprint\.jsonc?$/, "dprint"],
  [/^\.stylelintrc|^stylelint\.config\./, "Stylelint"],
  [/^\.editorconfig$/, "EditorConfig"],
  [/^\.?ruff\.toml$/, "Ruff"],
  [/^\.flake8$/, "Flake8"],
  [/^\.pylintrc$/, "Pylint"],
  [/^\.?mypy\.ini$/, "mypy"],
  [/^\.?rustfmt\.toml$/, "rustfmt"],
  [/^\.?clippy\.toml$/, "Clippy"],
  [/^\.golangci\.(ya?ml|toml|json)$/, "golangci-lint"],
  [/^\.rubocop\.yml$/, "RuboCop"],
  [/^\.clang-format$/, "clang-format"],
  [/^\.clang-tidy$/, "clang-tidy"],
  [/^\.php-cs-fixer(\.dist)?\.php$/, "PHP CS Fixer"],
  [/^\.?phpcs\.xml/, "PHP_CodeSniffer"],
  [/^phpstan\.(dist\.)?neon/, "PHPStan"],
  [/^\.swiftlint\.yml$/, "SwiftLint"],
  [/^\.scalafmt\.conf$/, "scalafmt"],
  [/^\.formatter\.exs$/, "mix format"],
  [/^\.credo\.exs$/, "Credo"],
  [/^detekt\.ya?ml$/, "detekt"],
  [/^\.pre-commit-config\.yaml$/, "pre-commit"],
];

function toolsOf(files: readonly string[], contents: ReadonlyMap<string, string>): string[] {
  const top = files.filter((file) => !file.includes("/"));
  const found = TOOLS.filter(([pattern]) => top.some((file) => pattern.test(file))).map(([, tool]) => tool);
  const python = contents.get("pyproject.toml") ?? "";
  for (const [table, tool] of [
    ["tool.ruff", "Ruff"],
    ["tool.black", "Black"],
    ["tool.mypy", "mypy"],
  ] as const)
    if (section(python, table) !== undefined) found.push(tool);
  return [...new Set(found)];
}

function countBy(files: readonly string[], key: (file: string) => string | undefined): Map<string, number> {
  const counts = new Map<string, number>();
  for (const file of files) {
    const each = key(file);
    if (each) counts.set(each, (counts.get(each) ?? 0) + 1);
  }
  return counts;
}

/** By number, then by name. */
function mostFirst(counts: ReadonlyMap<string, number>, limit: number): string[] {
  return [...counts]
    .sort(([one, n], [other, m]) => m - n || (one < other ? -1 : 1))
    .slice(0, limit)
    .map(([name]) => name);
}
