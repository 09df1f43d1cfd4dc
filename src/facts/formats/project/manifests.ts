/** Reads facts from manifests and the README with anchored patterns. Never runs a manifest. */
import { isRecord } from "../../../text/json.ts";
import { linesOf } from "../lines.ts";
import { C_PROGRAM } from "./entry-points.ts";
import { CONTRIBUTING, WORKFLOW } from "./guides.ts";
import { firstParagraph, README } from "./readme.ts";

type Contents = ReadonlyMap<string, string>;

const MANIFESTS = [
  "package.json",
  "deno.json",
  "deno.jsonc",
  "pyproject.toml",
  "requirements.txt",
  "Cargo.toml",
  "go.mod",
  "pom.xml",
  "build.gradle",
  "build.gradle.kts",
  "composer.json",
  "Gemfile",
  "mix.exs",
  "build.zig",
  "CMakeLists.txt",
  "Makefile",
  "GNUmakefile",
  "makefile",
  "justfile",
  "Justfile",
  ".justfile",
  "Taskfile.yml",
  "Taskfile.yaml",
  "Taskfile.dist.yml",
  "Taskfile.dist.yaml",
];

/** Patterns of other files to read, each with the maximum number of files. */
const MORE: readonly (readonly [pattern: RegExp, limit: number])[] = [
  [README, 1],
  [CONTRIBUTING, 1],
  [/^[^/]+\.(?:csproj|gemspec|cabal)$/, 1],
  [WORKFLOW, 12],
  [C_PROGRAM, 3],
];

/** Returns paths of the files, at most 42, whose text `detectProject` needs. */
export function manifestsToRead(files: readonly string[]): string[] {
  const tracked = new Set(files);
  return [
    ...MANIFESTS.filter((name) => tracked.has(name)),
    ...MORE.flatMap(([pattern, limit]) => files.filter((file) => pattern.test(file)).slice(0, limit)),
  ];
}

/** Returns the project's name from the first manifest that has one. */
export function nameOf(contents: Contents): string | undefined {
  const python = contents.get("pyproject.toml");
  return (
    line(json(contents, "package.json").name) ??
    line(json(contents, "deno.json").name) ??
    tomlText(python, ["project", "tool.poetry"], "name") ??
    tomlText(contents.get("Cargo.toml"), ["package"], "name") ??
    line(/^module[ \t]+(\S{1,200})/m.exec(contents.get("go.mod") ?? "")?.[1]) ??
    line(json(contents, "composer.json").name) ??
    line(/^project\([ \t]*([\w.-]{1,100})/im.exec(contents.get("CMakeLists.txt") ?? "")?.[1])
  );
}

/**
 * Returns a description in one line: from the manifest of the project's main language, else the README's
 * first paragraph. The manifest of another language may describe a website or tools.
 */
export function descriptionOf(contents: Contents, language: string | undefined): string | undefined {
  const of = (languages: string, text: () => string | undefined) =>
    language === undefined || languages.split(", ").includes(language) ? text() : undefined;
  const said = DESCRIPTIONS.map(([languages, file, pattern]) =>
    of(languages, () => line(textIn(contents, file, pattern))),
  );
  return (
    of("JavaScript, TypeScript, Vue, Svelte", () => line(json(contents, "package.json").description)) ??
    of("Python", () => tomlText(contents.get("pyproject.toml"), ["project", "tool.poetry"], "description")) ??
    of("Rust", () => tomlText(contents.get("Cargo.toml"), ["package"], "description")) ??
    of("PHP", () => line(json(contents, "composer.json").description)) ??
    said.find((each) => each !== undefined) ??
    firstParagraph([...contents].find(([file]) => README.test(file))?.[1] ?? "")
  );
}

/** Descriptions in manifests without a parser: languages, file, and pattern of the text. */
const DESCRIPTIONS: readonly (readonly [languages: string, file: RegExp, text: RegExp])[] = [
  ["Java, Kotlin, Scala, Groovy", /^pom\.xml$/, /<description>([^<]{1,1000})<\/description>/],
  ["C#, F#, Visual Basic", /\.csproj$/, /<Description>([^<]{1,1000})<\/Description>/],
  ["Ruby", /\.gemspec$/, /^[ \t]*\w+\.description[ \t]*=[ \t]*(?:"([^"#\n]{1,1000})"|'([^'\n]{1,1000})')/m],
  ["Ruby", /\.gemspec$/, /^[ \t]*\w+\.summary[ \t]*=[ \t]*(?:"([^"#\n]{1,1000})"|'([^'\n]{1,1000})')/m],
  ["Elixir", /^mix\.exs$/, /^[ \t]*description: "([^"#\n]{1,1000})"/m],
  ["Haskell", /\.cabal$/, /^synopsis:(.{1,1000})/im],
];

function textIn(contents: Contents, file: RegExp, pattern: RegExp): string | undefined {
  const text = [...contents].find(([name]) => file.test(name))?.[1];
  const [, one, other] = pattern.exec(text ?? "") ?? [];
  return one ?? other;
}

/** Dependencies that are worth a mention in a first draft. */
const FRAMEWORK =
  /^(@angular\/core|@nestjs\/core|@remix-run\/react|@sveltejs\/kit|react|react-native|vue|svelte|solid-js|preact|next|nuxt|astro|express|fastify|koa|hono|electron|vite|webpack|tailwindcss|prisma|typeorm|drizzle-orm|django|flask|fastapi|sqlalchemy|pydantic|celery|numpy|pandas|torch|tensorflow|actix-web|axum|rocket|tokio|bevy|tauri|diesel|sqlx|rails|sinatra|sidekiq|laravel\/framework|symfony\/[\w-]+|phoenix|ecto|phoenix_live_view|[\w./-]*\/(gin|echo|fiber|chi|cobra|grpc|gorm)(\/v\d+)?|spring-[\w-]+|quarkus-[\w-]+|ktor-[\w-]+|Microsoft\.(AspNetCore|EntityFrameworkCore)[\w.]*)$/i;

/**
 * Returns at most 6 frameworks among the dependencies that the program needs at run time. Leaves out all
 * others, which say little about a project.
 */
export function dependenciesOf(contents: Contents): string[] {
  const gemspec = [...contents].find(([file]) => file.endsWith(".gemspec"))?.[1];
  const used = [
    ...keys(json(contents, "package.json").dependencies),
    ...pythonDependencies(contents),
    ...tomlKeys(contents.get("Cargo.toml"), "dependencies"),
    ...all(contents.get("go.mod"), /^(?:require[ \t]+|[ \t]+)([\w./~-]+)[ \t]+v[\w.+-]+[ \t\r]*$/gm),
    ...keys(json(contents, "composer.json").require).filter((name) => name.includes("/")),
    ...(gemspec === undefined
      ? all(
          contents.get("Gemfile")?.replace(GEM_GROUP, ""),
          /^[ \t]*gem[ \t]+["']([\w-]+)["'](?!.*\bgroups?:)/gm,
        )
      : all(gemspec, /\.add_(?:runtime_)?dependency[ \t(]+["']([\w-]+)/g)),
    ...all(contents.get("mix.exs"), /^[ \t]*\{:(\w+),(?![^{}]*\b(?:only:|optional: true))/gm),
    ...all(contents.get("pom.xml"), POM_DEPENDENCY),
    ...all(
      contents.get("build.gradle.kts") ?? contents.get("build.gradle"),
      /^[ \t]*(?:implementation|api)[ \t]*\(?[ \t]*["'][\w.-]+:([\w.-]+)/gm,
    ),
    ...[...contents]
      .filter(([file]) => file.endsWith(".csproj"))
      .flatMap(([, text]) => all(text, /<PackageReference[ \t]+Include="([\w.-]+)"/g)),
  ].filter((name) => name !== "" && name.length <= 100);
  const own = nameOf(contents);
  const frameworks = used.filter((name) => FRAMEWORK.test(name) && name !== own);
  return [...new Set(frameworks.map(family))].slice(0, 6);
}

/** Matches a group of a Gemfile. */
const GEM_GROUP = /^group\b.*\bdo$[\s\S]{0,2000}?^end$/gm;

/** Matches a dependency of pom.xml that is no part of tests and not optional. */
const POM_DEPENDENCY =
  /<dependency>\s*<groupId>[^<]*<\/groupId>\s*<artifactId>([\w.-]+)<(?!(?:(?!<\/dependency>)[\s\S]){0,1000}<(?:scope>test|optional>true))/g;

/** Returns one name for all packages of a family, such as `spring-boot` for its modules. */
function family(name: string): string {
  return name.replace(/^spring-boot-[\w-]+$/, "spring-boot").replace(/^symfony\/[\w-]+$/, "symfony");
}

function pythonDependencies(contents: Contents): string[] {
  const project = contents.get("pyproject.toml") ?? "";
  const list = /^dependencies[ \t]*=[ \t]*\[([^\]]*)/m.exec(section(project, "project") ?? "")?.[1] ?? "";
  const poetry = tomlKeys(project, "tool.poetry.dependencies");
  return [
    ...all(list, /["']([\w.-]+)/g),
    ...poetry.filter((name) => name !== "python"),
    ...all(contents.get("requirements.txt"), /^([A-Za-z][\w.-]*)/gm),
  ];
}

/**
 * Returns the entry points that manifests name, as the manifests spell them. `isNode`: package.json describes
 * the program itself.
 */
export function entriesOfManifests(contents: Contents, isNode: boolean): string[] {
  const node = isNode ? json(contents, "package.json") : {};
  const bin = typeof node.bin === "object" && node.bin !== null ? Object.values(node.bin) : [node.bin];
  const cargo = all(
    section(contents.get("Cargo.toml") ?? "", "bin"),
    /^path[ \t]*=[ \t]*"([^"\n]{1,200})"/gm,
  );
  return [
    ...[...bin, node.main].filter((each) => typeof each === "string"),
    ...cargo,
    ...pythonScripts(contents),
  ];
}

/**
 * Returns possible files of Python scripts: `shop = "shop.cli:main"` may be a module or a package, with or
 * without `src/`.
 */
function pythonScripts(contents: Contents): string[] {
  const scripts = section(contents.get("pyproject.toml") ?? "", "project.scripts");
  return all(scripts, /=[ \t]*["']([\w.]{1,200}):/g).flatMap((name) => {
    const file = name.replaceAll(".", "/");
    return ["", "src/"].flatMap((folder) => [`${folder}${file}.py`, `${folder}${file}/__init__.py`]);
  });
}

/**
 * Returns the lines of a TOML table, without its header and subtables. Returns undefined without the table.
 */
export function section(toml: string, name: string): string | undefined {
  const inside: string[] = [];
  let found = false;
  let open = false;
  for (const each of linesOf(toml)) {
    const header = /^[ \t]*\[{1,2}[ \t]*([^\]]*?)[ \t]*\]/.exec(each.slice(0, 200))?.[1];
    if (header !== undefined) open = header === name;
    else if (open) inside.push(each);
    found ||= open;
  }
  return found ? inside.join("\n") : undefined;
}

/** Parses a JSON manifest. Returns an empty object for a missing or broken file. */
export function json(contents: Contents, file: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse((contents.get(file) ?? "").replace(/^\uFEFF/, ""));
    if (typeof value !== "object" || value === null) return {};
    // Without a prototype, a key such as `constructor` matches only the manifest's own keys.
    return Object.assign(Object.create(null), Object.fromEntries(Object.entries(value)));
  } catch {
    return {};
  }
}

/** Returns the keys of an object; an empty list for a value that is no object. */
export function keys(value: unknown): string[] {
  return isRecord(value) ? Object.keys(value).filter((key) => key !== "__proto__") : [];
}

function tomlText(toml: string | undefined, tables: readonly string[], key: string): string | undefined {
  const pattern = new RegExp(`^${key}[ \\t]*=[ \\t]*(?:"([^"\\n]{1,1000})"|'([^'\\n]{1,1000})')`, "m");
  for (const table of tables) {
    const match = pattern.exec(section(toml ?? "", table) ?? "");
    if (match) return line(match[1] ?? match[2]);
  }
  return undefined;
}

/** Returns the keys of a table of dependencies, without optional ones. */
function tomlKeys(toml: string | undefined, table: string): string[] {
  const lines = [...linesOf(section(toml ?? "", table) ?? "")];
  return lines.filter((each) => !/\boptional[ \t]*=[ \t]*true/.test(each)).map(firstWord);
}

function firstWord(text: string): string {
  return /^["']?([\w-]+)/.exec(text)?.[1] ?? "";
}

function all(text: string | undefined, pattern: RegExp): string[] {
  return [...(text ?? "").matchAll(pattern)].map((match) => match[1] ?? "");
}

const MAX_LINE = 300;

/**
 * Returns a value as one line of at most 300 characters; undefined for an empty text or a value that is no
 * text.
 */
function line(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const text = value
    .slice(0, 5000)
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
  if (text.length <= MAX_LINE) return text === "" ? undefined : text;
  const cut = text.slice(0, MAX_LINE - 1);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), MAX_LINE / 2))}…`;
}
