/** What manifests and a README say of a project. A few anchored patterns on each line: no manifest is trusted or run. */
import { isRecord } from "../../text/json.ts";
import { linesOf } from "./lines.ts";

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
  "CMakeLists.txt",
  "Makefile",
];
const READMES = ["README.md", "README.rst", "README.txt", "README", "readme.md", "Readme.md"];

/** The few files at the top whose contents `detectProject` wants; at most 17. */
export function manifestsToRead(files: readonly string[]): string[] {
  const tracked = new Set(files);
  const readme = READMES.find((name) => tracked.has(name));
  const dotnet = files.find((file) => /^[^/]+\.csproj$/.test(file));
  return [
    ...MANIFESTS.filter((name) => tracked.has(name)),
    ...(readme === undefined ? [] : [readme]),
    ...(dotnet === undefined ? [] : [dotnet]),
  ];
}

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

/** One line: what a manifest says, else the README's first paragraph of prose. */
export function descriptionOf(contents: Contents): string | undefined {
  const pom = contents.get("pom.xml") ?? "";
  return (
    line(json(contents, "package.json").description) ??
    tomlText(contents.get("pyproject.toml"), ["project", "tool.poetry"], "description") ??
    tomlText(contents.get("Cargo.toml"), ["package"], "description") ??
    line(json(contents, "composer.json").description) ??
    line(/<description>([^<]{1,1000})<\/description>/.exec(pom)?.[1]) ??
    firstParagraph(READMES.map((name) => contents.get(name)).find((text) => text !== undefined) ?? "")
  );
}

/** Worth a word in a first draft, wherever a manifest lists them. */
const FRAMEWORK =
  /^(@angular\/core|@nestjs\/core|@remix-run\/react|@sveltejs\/kit|@playwright\/test|react|react-native|vue|svelte|solid-js|preact|next|nuxt|astro|express|fastify|koa|hono|electron|vite|webpack|vitest|jest|mocha|cypress|playwright|tailwindcss|prisma|typeorm|drizzle-orm|typescript|django|flask|fastapi|sqlalchemy|pydantic|celery|pytest|numpy|pandas|torch|tensorflow|actix-web|axum|rocket|tokio|serde|clap|bevy|tauri|diesel|sqlx|rails|sinatra|rspec|rspec-rails|sidekiq|laravel\/framework|symfony\/[\w-]+|phpunit\/phpunit|phoenix|ecto|phoenix_live_view|[\w./-]*\/(gin|echo|fiber|chi|cobra|grpc|gorm)(\/v\d+)?|spring-[\w-]+|quarkus-[\w-]+|ktor-[\w-]+|junit-[\w-]+|Microsoft\.[\w.]+|xunit)$/i;

/** Notable dependencies: frameworks first, then others in the order of the manifests; at most 12. */
export function dependenciesOf(contents: Contents): string[] {
  const node = json(contents, "package.json");
  const composer = json(contents, "composer.json");
  const used = [
    ...keys(node.dependencies),
    ...pythonDependencies(contents),
    ...[...linesOf(section(contents.get("Cargo.toml") ?? "", "dependencies") ?? "")].map(firstWord),
    ...all(contents.get("go.mod"), /^(?:require[ \t]+|[ \t]+)([\w./~-]+)[ \t]+v[\w.+-]+[ \t\r]*$/gm),
    ...keys(composer.require).filter((name) => name.includes("/")),
    ...all(contents.get("Gemfile"), /^[ \t]*gem[ \t]+["']([\w-]+)["']/gm),
    ...all(contents.get("mix.exs"), /^[ \t]*\{:(\w+),/gm),
    ...all(contents.get("pom.xml"), /<dependency>\s*<groupId>[^<]*<\/groupId>\s*<artifactId>([\w.-]+)</g),
    ...all(
      contents.get("build.gradle.kts") ?? contents.get("build.gradle"),
      /^[ \t]*(?:implementation|api)[ \t]*\(?[ \t]*["'][\w.-]+:([\w.-]+)/gm,
    ),
    ...[...contents]
      .filter(([file]) => file.endsWith(".csproj"))
      .flatMap(([, text]) => all(text, /<PackageReference[ \t]+Include="([\w.-]+)"/g)),
  ].filter((name) => name !== "" && name.length <= 100);
  const tools = [...keys(node.devDependencies), ...keys(composer["require-dev"])];
  const frameworks = [...used, ...tools].filter((name) => FRAMEWORK.test(name));
  return [...new Set([...frameworks, ...used])].slice(0, 12);
}

function pythonDependencies(contents: Contents): string[] {
  const project = contents.get("pyproject.toml") ?? "";
  const list = /^dependencies[ \t]*=[ \t]*\[([^\]]*)/m.exec(section(project, "project") ?? "")?.[1] ?? "";
  const poetry = [...linesOf(section(project, "tool.poetry.dependencies") ?? "")].map(firstWord);
  return [
    ...all(list, /["']([\w.-]+)/g),
    ...poetry.filter((name) => name !== "python"),
    ...all(contents.get("requirements.txt"), /^([A-Za-z][\w.-]*)/gm),
  ];
}

/** Files that manifests name as a way in, as they spell them. */
export function entriesOfManifests(contents: Contents): string[] {
  const node = json(contents, "package.json");
  const bin = typeof node.bin === "object" && node.bin !== null ? Object.values(node.bin) : [node.bin];
  return [...bin, node.main].filter((each) => typeof each === "string");
}

/** Lines of a TOML table, without its header and its sub-tables; undefined where there is none. */
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

/** A manifest in JSON as an object of which nothing is known; empty for one that is broken. */
export function json(contents: Contents, file: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse((contents.get(file) ?? "").replace(/^\uFEFF/, ""));
    if (typeof value !== "object" || value === null) return {};
    // A plain prototype must not answer for a key that the manifest does not have.
    return Object.assign(Object.create(null), Object.fromEntries(Object.entries(value)));
  } catch {
    return {};
  }
}

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

function firstWord(text: string): string {
  return /^["']?([\w-]+)/.exec(text)?.[1] ?? "";
}

function all(text: string | undefined, pattern: RegExp): string[] {
  return [...(text ?? "").matchAll(pattern)].map((match) => match[1] ?? "");
}

const MAX_LINE = 300;

/** One line of bounded length; undefined for what is no text or has none. */
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

/** Not prose: headings, lists, tables, quotes, pictures, HTML, code, rst directives and rules. */
const NOT_PROSE = /^(#|[-*+]\s|\d+[.)]\s|\||>|!\[|\[!|<|```|~~~|\.\.|:|[-=~^*_`#]{3,}\s*$)/;

/** The README's first paragraph that is prose, without the marks of links and emphasis. */
function firstParagraph(readme: string): string | undefined {
  const text = readme
    .slice(0, 20_000)
    .replace(/^\uFEFF/, "")
    .replaceAll("\r\n", "\n")
    .replace(/^---\n[\s\S]*?\n---\n/, "");
  for (const paragraph of text.split(/\n[ \t]*\n/)) {
    const lines = paragraph.split("\n").filter((each) => each.trim() !== "");
    // A heading may stand on the prose without an empty line between.
    const prose = lines[0]?.startsWith("#") ? lines.slice(1) : lines;
    if (prose.length === 0 || prose.some((each) => NOT_PROSE.test(each)) || /^\s{4}/.test(prose[0] ?? ""))
      continue;
    const plain = prose.join(" ").replace(/\[([^\][]*)\]\([^()]*\)/g, "$1");
    const said = line(plain.replace(/\*\*|__/g, ""));
    if (said !== undefined && said.length >= 20 && /\s/.test(said)) return said;
  }
  return undefined;
}
