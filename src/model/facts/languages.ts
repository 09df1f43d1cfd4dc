/** What a project is made of, from the names of its files and its manifests: the start of a first draft. */
import { isCodeFile, isTestFile } from "./tests.ts";

export interface ProjectFacts {
  readonly name?: string;
  readonly description?: string;
  /** The most used first. */
  readonly languages: readonly string[];
  readonly sourceFolders: readonly string[];
  readonly testFolders: readonly string[];
  readonly commands: readonly { readonly name: string; readonly command: string }[];
  readonly dependencies: readonly string[];
  readonly entryPoints: readonly string[];
  /** Formatters and linters with a configuration of their own. */
  readonly tools: readonly string[];
  readonly watchPatterns: readonly string[];
}

const LANGUAGES: Readonly<Record<string, string>> = {
  ts: "TypeScript",
  tsx: "TypeScript",
  mts: "TypeScript",
  cts: "TypeScript",
  js: "JavaScript",
  jsx: "JavaScript",
  mjs: "JavaScript",
  cjs: "JavaScript",
  py: "Python",
  go: "Go",
  rs: "Rust",
  java: "Java",
  kt: "Kotlin",
  kts: "Kotlin",
  rb: "Ruby",
  php: "PHP",
  cs: "C#",
  c: "C",
  h: "C",
  cc: "C++",
  cpp: "C++",
  cxx: "C++",
  hpp: "C++",
  swift: "Swift",
  scala: "Scala",
  ex: "Elixir",
  exs: "Elixir",
  dart: "Dart",
  sh: "Shell",
  bash: "Shell",
  lua: "Lua",
  hs: "Haskell",
  zig: "Zig",
  vue: "Vue",
  svelte: "Svelte",
  r: "R",
  jl: "Julia",
};

const TOOLS: readonly (readonly [RegExp, string])[] = [
  [/^biome\.jsonc?$/, "Biome"],
  [/^\.?eslint(rc.*|\.config\.[cm]?[jt]s)$/, "ESLint"],
  [/^\.prettierrc|^prettier\.config\./, "Prettier"],
  [/^\.editorconfig$/, "EditorConfig"],
  [/^\.?ruff\.toml$/, "Ruff"],
  [/^\.flake8$/, "Flake8"],
  [/^\.?rustfmt\.toml$/, "rustfmt"],
  [/^\.golangci\.ya?ml$/, "golangci-lint"],
  [/^\.rubocop\.yml$/, "RuboCop"],
  [/^\.clang-format$/, "clang-format"],
  [/^phpcs\.xml|^phpstan\.neon/, "PHP checks"],
  [/^\.pre-commit-config\.yaml$/, "pre-commit"],
];

const MANIFESTS =
  /^(package\.json|pyproject\.toml|Cargo\.toml|go\.mod|Makefile|composer\.json|README\.(md|rst|txt)|README)$/;

/** The few files whose contents `detectProject` wants. */
export function manifestsToRead(files: readonly string[]): string[] {
  return files.filter((file) => MANIFESTS.test(file)).slice(0, 12);
}

/** Reads what is there; broken manifests say nothing, and never throw. */
export function detectProject(files: readonly string[], contents: ReadonlyMap<string, string>): ProjectFacts {
  const own = files.filter(
    (file) => !/(^|\/)(node_modules|vendor|third_party|dist|build|fixtures|testdata)\//.test(file),
  );
  const node = manifest(contents.get("package.json"));
  const languages = languagesOf(own);
  const sourceFolders = topFolders(own.filter((file) => isCodeFile(file) && !isTestFile(file)));
  const testFolders = topFolders(own.filter(isTestFile)).filter((folder) => !sourceFolders.includes(folder));
  const name =
    text(node.name) ??
    match(contents, "pyproject.toml", /^name\s*=\s*"([^"\n]{1,100})"/m) ??
    match(contents, "Cargo.toml", /^name\s*=\s*"([^"\n]{1,100})"/m) ??
    match(contents, "go.mod", /^module\s+(\S{1,200})/m);
  const description =
    text(node.description) ??
    match(contents, "pyproject.toml", /^description\s*=\s*"([^"\n]{1,300})"/m) ??
    match(contents, "Cargo.toml", /^description\s*=\s*"([^"\n]{1,300})"/m) ??
    firstParagraph(contents);
  return {
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    languages,
    sourceFolders,
    testFolders,
    commands: commandsOf(files, contents, node),
    dependencies: keys(node.dependencies).slice(0, 12),
    entryPoints: entryPoints(own, node),
    tools: TOOLS.filter(([pattern]) => files.some((file) => pattern.test(file))).map(([, tool]) => tool),
    watchPatterns: [...sourceFolders, ...testFolders].map((folder) => `${folder}/**`),
  };
}

function languagesOf(files: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const file of files) {
    const extension = /\.(\w+)$/.exec(file)?.[1]?.toLowerCase() ?? "";
    const language = Object.hasOwn(LANGUAGES, extension) ? LANGUAGES[extension] : undefined;
    if (language) counts.set(language, (counts.get(language) ?? 0) + 1);
  }
  return [...counts]
    .sort(([, one], [, other]) => other - one)
    .slice(0, 5)
    .map(([language]) => language);
}

/** Folders at the top, or below packages/ and the like, by how much is in them. */
function topFolders(files: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const file of files) {
    const parts = file.split("/");
    if (parts.length < 2 || parts[0]?.startsWith(".")) continue;
    const depth =
      /^(packages|apps|crates|modules|services)$/.test(parts[0] ?? "") && parts.length > 2 ? 2 : 1;
    const folder = parts.slice(0, depth).join("/");
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts]
    .sort(([, one], [, other]) => other - one)
    .slice(0, 6)
    .map(([folder]) => folder);
}

type Command = ProjectFacts["commands"][number];

function commandsOf(
  files: readonly string[],
  contents: ReadonlyMap<string, string>,
  node: Record<string, unknown>,
): Command[] {
  const has = (name: string) => files.includes(name);
  const commands: Command[] = [];
  const add = (name: string, command: string) => {
    if (!commands.some((each) => each.name === name)) commands.push({ name, command });
  };
  const runner = has("pnpm-lock.yaml")
    ? "pnpm"
    : has("yarn.lock")
      ? "yarn"
      : has("bun.lock") || has("bun.lockb")
        ? "bun run"
        : "npm run";
  const scripts = keys(node.scripts);
  for (const name of ["test", "build", "lint", "format", "check", "typecheck", "dev", "start"]) {
    if (scripts.includes(name))
      add(name, name === "test" && runner === "npm run" ? "npm test" : `${runner} ${name}`);
  }
  if (has("Cargo.toml"))
    for (const name of ["test", "build", "clippy"]) add(name === "clippy" ? "lint" : name, `cargo ${name}`);
  if (has("go.mod"))
    for (const name of ["test", "build", "vet"]) add(name === "vet" ? "lint" : name, `go ${name} ./...`);
  if (has("pyproject.toml") || has("setup.py")) {
    const prefix = has("uv.lock") ? "uv run " : has("poetry.lock") ? "poetry run " : "";
    if (
      files.some((file) => /(^|\/)(test_[^/]*|conftest)\.py$/.test(file)) ||
      /pytest/.test(contents.get("pyproject.toml") ?? "")
    )
      add("test", `${prefix}${has("tox.ini") ? "tox" : "pytest"}`);
  }
  if (has("pom.xml")) add("test", has("mvnw") ? "./mvnw test" : "mvn test");
  if (has("build.gradle") || has("build.gradle.kts"))
    add("test", has("gradlew") ? "./gradlew test" : "gradle test");
  if (has("mix.exs")) add("test", "mix test");
  if (has("Gemfile"))
    add(
      "test",
      files.some((file) => file.startsWith("spec/")) ? "bundle exec rspec" : "bundle exec rake test",
    );
  if (files.some((file) => /^[^/]+\.(sln|csproj)$/.test(file))) add("test", "dotnet test");
  if (keys(manifest(contents.get("composer.json")).scripts).includes("test")) add("test", "composer test");
  for (const target of (contents.get("Makefile") ?? "").matchAll(/^(test|build|lint|format|check):/gm))
    add(target[1] ?? "", `make ${target[1]}`);
  return commands;
}

function entryPoints(files: readonly string[], node: Record<string, unknown>): string[] {
  const bin =
    typeof node.bin === "string"
      ? [node.bin]
      : keys(node.bin).map((key) => text((node.bin as Record<string, unknown>)[key]) ?? "");
  const usual = files.filter((file) =>
    /^(src\/)?(main|index|cli|app|lib)\.\w+$|^cmd\/[^/]+\/main\.go$|^(src\/)?__main__\.py$|^manage\.py$/.test(
      file,
    ),
  );
  return [...new Set([...usual, ...bin.filter((file) => files.includes(file.replace(/^\.\//, "")))])].slice(
    0,
    6,
  );
}

/** The README's first paragraph that is prose. */
function firstParagraph(contents: ReadonlyMap<string, string>): string | undefined {
  const readme =
    contents.get("README.md") ??
    contents.get("README.rst") ??
    contents.get("README.txt") ??
    contents.get("README");
  const paragraphs = (readme ?? "")
    .slice(0, 5000)
    .split(/\n\s*\n/)
    .map((each) => each.replace(/\s+/g, " ").trim());
  const prose = paragraphs.find((each) => /^[A-Z`"'][^|]{30,}/.test(each) && !/^[#!<[|]/.test(each));
  return prose === undefined ? undefined : prose.length > 300 ? `${prose.slice(0, 299)}…` : prose;
}

function manifest(json: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json ?? "");
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {};
  } catch {
    return {};
  }
}

function keys(value: unknown): string[] {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.keys(value).filter((key) => key !== "__proto__")
    : [];
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim().slice(0, 300) : undefined;
}

function match(contents: ReadonlyMap<string, string>, file: string, pattern: RegExp): string | undefined {
  return pattern.exec(contents.get(file) ?? "")?.[1];
}
