/**
 * Finds the commands that test, build and check a project, from its manifests. A command name comes from a
 * fixed list, never from a file's text.
 */
import { CONTRIBUTING } from "./guides.ts";
import { json, keys, section } from "./manifests.ts";
import { README } from "./readme.ts";

/** A command of the project. */
export interface Command {
  /** One of "test", "build", "lint", "format", "check", "typecheck", "dev" and "start". */
  readonly name: string;
  readonly command: string;
}

type Contents = ReadonlyMap<string, string>;

/**
 * Returns one command for each name. The project's own scripts and targets win over defaults of its language.
 */
export function commandsOf(
  files: readonly string[],
  contents: Contents,
  language: string | undefined,
): Command[] {
  const has = (...names: readonly string[]) => names.find((name) => tracked.has(name));
  const tracked = new Set(files);
  const scripts = packageScripts(contents, has);
  // For a project in another language, package.json belongs to a website or to tools.
  const isNode = isNodeProject(language);
  const found: Command[] = [
    ...(isNode ? scripts : []),
    ...makeTargets(contents),
    ...justRecipes(contents),
    ...taskfileTasks(contents),
    ...scriptFiles(files),
    ...denoTasks(contents, has),
    ...composerScripts(contents, has),
    ...named(
      namesIn(textOf(contents, ["build.zig"]), /\.step\("([a-z-]{2,12})"/g),
      (step) => `zig build ${step}`,
    ),
    ...nativeCommands(files, has),
    ...pythonCommands(files, contents, has),
    ...rubyCommands(files, has),
    ...scripts,
    ...documentedCommands(files, contents),
  ];
  return [...new Map(found.toReversed().map((each) => [each.name, each])).values()].sort(
    (one, other) => rank(one.name) - rank(other.name),
  );
}

/**
 * Returns whether package.json describes the program itself: the main language runs on Node.js, or is
 * unknown.
 */
export function isNodeProject(language: string | undefined): boolean {
  return language === undefined || ["JavaScript", "TypeScript", "Vue", "Svelte"].includes(language);
}

/** Command names, each with the script and target names that mean the same. */
const NAMES: readonly (readonly [name: string, ...spellings: string[]])[] = [
  ["test", "test", "tests"],
  ["build", "build", "compile"],
  ["lint", "lint"],
  ["format", "format", "fmt"],
  ["check", "check"],
  ["typecheck", "typecheck", "type-check", "types", "tsc"],
  ["dev", "dev"],
  ["start", "start"],
];

function rank(name: string): number {
  return NAMES.findIndex(([each]) => each === name);
}

type Has = (...names: readonly string[]) => string | undefined;

/** Returns commands for the usual names that occur among a project's scripts, targets or tasks. */
function named(known: readonly string[], command: (spelling: string) => string): Command[] {
  return NAMES.flatMap(([name, ...spellings]) => {
    const spelling = spellings.find((each) => known.includes(each));
    return spelling === undefined ? [] : [{ name, command: command(spelling) }];
  });
}

function packageScripts(contents: Contents, has: Has): Command[] {
  const { scripts, packageManager } = json(contents, "package.json");
  const chosen =
    typeof packageManager === "string" ? /^(npm|pnpm|yarn|bun)@/.exec(packageManager)?.[1] : undefined;
  const runner =
    chosen ??
    (has("pnpm-lock.yaml")
      ? "pnpm"
      : has("yarn.lock")
        ? "yarn"
        : has("bun.lock", "bun.lockb")
          ? "bun"
          : "npm");
  const own = keys(scripts).filter((key) => !isPlaceholder((scripts as Record<string, unknown>)[key]));
  return named(own, (script) => {
    if (runner === "npm" && /^(test|start)$/.test(script)) return `npm ${script}`;
    return runner === "npm" || runner === "bun" ? `${runner} run ${script}` : `${runner} ${script}`;
  });
}

/** Recognizes the placeholder that `npm init` writes as the test script. */
function isPlaceholder(script: unknown): boolean {
  return typeof script !== "string" || script.includes("no test specified");
}

function makeTargets(contents: Contents): Command[] {
  const makefile = textOf(contents, ["GNUmakefile", "makefile", "Makefile"]);
  return named(namesIn(makefile, /^([a-z-]{2,12})[ \t]*::?(?![=:])/gm), (target) => `make ${target}`);
}

function justRecipes(contents: Contents): Command[] {
  const justfile = textOf(contents, ["justfile", "Justfile", ".justfile"]);
  return named(
    namesIn(justfile, /^@?([a-z-]{2,12})(?:[ \t][^:=\n]{0,200})?:(?!=)/gm),
    (recipe) => `just ${recipe}`,
  );
}

function taskfileTasks(contents: Contents): Command[] {
  const names = ["Taskfile.yml", "Taskfile.yaml", "Taskfile.dist.yml", "Taskfile.dist.yaml"];
  const [, tasks = ""] = /^tasks:([\s\S]*)/m.exec(textOf(contents, names)) ?? [];
  return named(namesIn(tasks, /^ {1,4}["']?([a-z-]{2,12})["']?:/gm), (task) => `task ${task}`);
}

/** Finds executable scripts such as `script/test`, `scripts/lint.sh` and `bin/check`. */
function scriptFiles(files: readonly string[]): Command[] {
  const found = new Map<string, string>();
  for (const file of files) {
    const [, name] = /^(?:scripts?|bin)\/([a-z-]{2,12})(?:\.sh)?$/.exec(file) ?? [];
    if (name !== undefined && !found.has(name)) found.set(name, file);
  }
  return named([...found.keys()], (name) => found.get(name) ?? name);
}

/** Task runners, each with a file of which it needs one. */
const RUNNERS: readonly (readonly [runner: string, file: RegExp])[] = [
  ["make", /^(?:GNUm|m|M)akefile(?:\.am|\.in)?$/],
  ["zig build", /^build\.zig$/],
  ["cabal", /^[^/]+\.cabal$/],
  ["stack", /^stack\.yaml$/],
  ["dune", /^dune-project$/],
  ["sbt", /^build\.sbt$/],
];

/**
 * Returns commands that the README or the guide for contributors shows, on a line of their own or in a code
 * span, for a task runner of the project. `make` and `zig build` without a target build.
 */
function documentedCommands(files: readonly string[], contents: Contents): Command[] {
  const documents = [...contents].filter(([file]) => README.test(file) || CONTRIBUTING.test(file));
  const text = documents.map(([, each]) => each).join("\n");
  return RUNNERS.filter(([, file]) => files.some((each) => file.test(each))).flatMap(([runner]) => {
    const shown = new RegExp(
      `(?:^[ \\t]*(?:[$%>] )?|\`)${runner}(?: ([a-z-]{2,12}))?(?=[ \\t]*(?:$|#|\`))`,
      "gm",
    );
    const targets = namesIn(text, shown);
    const known = targets.map((each) => each || (/make|build$/.test(runner) ? "build" : ""));
    return named(known, (target) => (targets.includes(target) ? `${runner} ${target}` : runner));
  });
}

function textOf(contents: Contents, names: readonly string[]): string {
  return names.map((name) => contents.get(name)).find((text) => text !== undefined) ?? "";
}

function namesIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((match) => match[1] ?? "");
}

function denoTasks(contents: Contents, has: Has): Command[] {
  const file = has("deno.json", "deno.jsonc");
  if (file === undefined) return [];
  return [
    ...named(keys(json(contents, file).tasks), (task) => `deno task ${task}`),
    ...commands({ test: "deno test", lint: "deno lint", format: "deno fmt" }),
  ];
}

function composerScripts(contents: Contents, has: Has): Command[] {
  if (!has("composer.json")) return [];
  const scripts = named(keys(json(contents, "composer.json").scripts), (script) => `composer ${script}`);
  return has("phpunit.xml", "phpunit.xml.dist", "phpunit.dist.xml")
    ? [...scripts, ...commands({ test: "vendor/bin/phpunit" })]
    : scripts;
}

/** Returns the default commands of languages whose own tool tests and builds. */
function nativeCommands(files: readonly string[], has: Has): Command[] {
  const found: Command[] = [];
  const add = (each: Readonly<Record<string, string>>) => found.push(...commands(each));
  if (has("Cargo.toml"))
    add({ test: "cargo test", build: "cargo build", lint: "cargo clippy", format: "cargo fmt" });
  if (has("go.mod")) {
    const lint = has(".golangci.yml", ".golangci.yaml", ".golangci.toml")
      ? "golangci-lint run"
      : "go vet ./...";
    add({ test: "go test ./...", build: "go build ./...", lint, format: "go fmt ./..." });
  }
  if (has("pom.xml")) {
    const maven = has("mvnw") ? "./mvnw" : "mvn";
    add({ test: `${maven} test`, build: `${maven} package` });
  }
  if (has("build.gradle", "build.gradle.kts")) {
    const gradle = has("gradlew") ? "./gradlew" : "gradle";
    add({ test: `${gradle} test`, build: `${gradle} build` });
  }
  if (has("mix.exs")) add({ test: "mix test", build: "mix compile", format: "mix format" });
  if (has("Package.swift")) add({ test: "swift test", build: "swift build" });
  if (has("CMakeLists.txt"))
    add({ test: "ctest --test-dir build", build: "cmake -B build && cmake --build build" });
  if (files.some((file) => /^[^/]+\.(sln|slnx|csproj|fsproj)$/.test(file)))
    add({ test: "dotnet test", build: "dotnet build", format: "dotnet format" });
  return found;
}

function pythonCommands(files: readonly string[], contents: Contents, has: Has): Command[] {
  if (!has("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "pytest.ini", "tox.ini")) return [];
  const project = contents.get("pyproject.toml") ?? "";
  const configured = (table: string) => section(project, table) !== undefined;
  const prefix = has("uv.lock") ? "uv run " : has("poetry.lock") ? "poetry run " : "";
  const tested =
    project.includes("pytest") ||
    has("pytest.ini") !== undefined ||
    files.some((file) => /(^|\/)(test_[^/]*|[^/]+_test|conftest)\.py$/.test(file));
  const test = has("tox.ini")
    ? "tox"
    : has("manage.py") && !project.includes("pytest")
      ? "python manage.py test"
      : "pytest";
  const ruff = has("ruff.toml", ".ruff.toml") !== undefined || configured("tool.ruff");
  return commands({
    ...(tested || test !== "pytest" ? { test: prefix + test } : {}),
    ...(ruff ? { lint: `${prefix}ruff check .`, format: `${prefix}ruff format .` } : {}),
    ...(configured("tool.black") ? { format: `${prefix}black .` } : {}),
    ...(configured("tool.mypy") || has("mypy.ini") ? { typecheck: `${prefix}mypy .` } : {}),
  });
}

function rubyCommands(files: readonly string[], has: Has): Command[] {
  if (!has("Gemfile")) return [];
  const rspec = has(".rspec") !== undefined || files.some((file) => file.startsWith("spec/"));
  const rails = has("bin/rails") ? "bin/rails test" : "bundle exec rake test";
  return commands({
    test: rspec ? "bundle exec rspec" : rails,
    ...(has(".rubocop.yml") ? { lint: "bundle exec rubocop" } : {}),
  });
}

function commands(each: Readonly<Record<string, string>>): Command[] {
  return Object.entries(each).map(([name, command]) => ({ name, command }));
}
