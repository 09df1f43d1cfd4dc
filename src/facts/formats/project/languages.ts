/**
 * Detects the facts of a project from its file names and manifests, for the first draft that `init` writes.
 */
import { defined } from "../../../text/defined.ts";
import { type Command, commandsOf } from "./commands.ts";
import { type Guides, guidesOf } from "./guides.ts";
import { countBy, type Layout, layoutOf, mostFirst } from "./layout.ts";
import { dependenciesOf, descriptionOf, nameOf, section } from "./manifests.ts";

export { manifestsToRead } from "./manifests.ts";

/** Facts of a project for its first draft. */
export interface ProjectFacts extends Layout {
  readonly name?: string;
  /** Description of the project in one line, from a manifest or the README. */
  readonly description?: string;
  /** At most 5 languages such as `TypeScript`, most files first. */
  readonly languages: readonly string[];
  /** Commands such as `{name: "test", command: "npm test"}`, one for each name. */
  readonly commands: readonly Command[];
  /** At most 6 frameworks. */
  readonly dependencies: readonly string[];
  /** Formatters and linters with a configuration file. */
  readonly tools: readonly string[];
  readonly guides: Guides;
}

/**
 * Returns the facts of a project. `files`: tracked paths; `contents`: text by path of the files that
 * `manifestsToRead` returns. Ignores broken manifests.
 */
export function detectProject(files: readonly string[], contents: ReadonlyMap<string, string>): ProjectFacts {
  const own = ownFiles(files);
  const languages = languagesOf(own);
  const name = nameOf(contents);
  const description = descriptionOf(contents, languages[0]);
  const layout = layoutOf(own, contents, languages[0]);
  const isOwn = (dependency: string) =>
    layout.workspaces.some((each) => files.includes(`${each.folder}/${dependency}/package.json`));
  return {
    ...defined({ name, description }),
    languages,
    ...layout,
    commands: commandsOf(files, contents, languages[0]),
    dependencies: dependenciesOf(contents).filter((each) => !isOwn(each)),
    tools: toolsOf(files, contents),
    guides: guidesOf(own, contents),
  };
}

/** Folders of third-party and generated code. */
const FOREIGN =
  /(^|\/)(node_modules|bower_components|vendor|third[-_]?party|3rd[-_]?party|Pods|Carthage|fixtures|testdata|__snapshots__)\/|^(dist|build|out|target)\//;

/** Matches a folder that may hold third-party code or the project's own. */
const MAYBE_FOREIGN = /^(?:[^/]+\/)*?(?:deps|dependencies|externals?|extern)\//;
/** Matches the license of one project in such a folder. */
const LICENSE = /^[^/]+\/(?:licen[cs]e|copying|copyright)[^/]*$/i;
const MAIN = /^(?:src|source|lib|include)\//;

/**
 * Returns the files without third-party and generated code. A folder such as `deps` is third-party code if
 * it holds licenses and the project's own code is in another folder.
 */
function ownFiles(files: readonly string[]): string[] {
  const own = files.filter((file) => !FOREIGN.test(file));
  if (!own.some((file) => MAIN.test(file))) return own;
  const folderOf = (file: string) => MAYBE_FOREIGN.exec(file)?.[0] ?? "";
  const foreign = new Set(
    own.filter((file) => LICENSE.test(file.slice(folderOf(file).length))).map(folderOf),
  );
  foreign.delete("");
  return own.filter((file) => !foreign.has(folderOf(file)));
}

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
  // A `.h` file counts as C++ in a project without `.c` files.
  if (counts.has("C++") && !files.some((file) => file.endsWith(".c"))) counts.delete("C");
  return mostFirst(counts, 5);
}

/** Returns the extension without its dot, or an empty string. */
function extensionOf(file: string): string {
  return /\.(\w{1,12})$/.exec(file)?.[1] ?? "";
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
