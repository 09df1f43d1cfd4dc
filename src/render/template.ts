import { existsSync } from "node:fs";
import { lstat, readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Failure } from "../session/failure.ts";
import type { Fault, Sources } from "./engine.ts";
import type { Precompiled } from "./precompiled.ts";

export interface TemplateFolders {
  /** The templates that ship with the program. */
  readonly shipped: string;
  /** `.session/templates` of the project. */
  readonly own?: string;
  /** The built `template-worker.js`, where it is not beside this file. */
  readonly worker?: URL;
}

/** The project's own template where there is a sound one, else the shipped one. */
export interface Template {
  readonly render: (view: object) => Promise<string>;
  /** Why the project's own was not used: one line each, as far as it was tried. */
  readonly problems: readonly string[];
}

interface OwnSources {
  readonly sources: Sources;
  /** Whether the template itself is the project's, or only partials of it. */
  readonly template: boolean;
}

const MAX_BYTES = 64 * 1024;
const MAX_PARTIALS = 100;
/** How long a project's own template may take, in milliseconds. */
const MAX_TIME = 2000;

/** Reads and compiles a template once, to render one view or several cuts of it. */
export async function openTemplate(name: string, folders: TemplateFolders): Promise<Template> {
  const problems: string[] = [];
  const own =
    folders.own === undefined ? undefined : await ownSources(name, folders.own, folders.shipped, problems);
  let shipped: ((view: unknown) => string) | undefined;
  let broken = false;
  return {
    problems,
    render: async (view) => {
      if (own && !broken) {
        const rendered = await renderApart(own.sources, view, folders.worker);
        if ("text" in rendered) return rendered.text;
        broken = true;
        problems.push(`${placeOf(name, own, rendered.fault)}; the shipped template is used`);
      }
      shipped ??= await openShipped(name, folders.shipped);
      return shipped(view);
    },
  };
}

/** Renders with a template of the user's own, wherever it is, and the shipped partials. Failure `bad-template`. */
export async function renderFile(file: string, view: object, folders: TemplateFolders): Promise<string> {
  const bad = (why: string) =>
    new Failure("bad-template", `${file}: ${why}`, { advice: "see the shipped templates/export.md.hbs" });
  const problems: string[] = [];
  const template = await ownFile(path.dirname(file), path.basename(file), problems);
  if (template === undefined)
    throw bad(problems[0]?.replace(/^.*?: |; the shipped.*$/g, "") ?? "there is no such file");
  const { partials } = await shippedSources("export.md", folders.shipped);
  const rendered = await renderApart({ template, partials }, view, folders.worker);
  if ("text" in rendered) return rendered.text;
  const { line, reason } = rendered.fault;
  throw bad(`${line === undefined ? "" : `line ${line}: `}${reason}`);
}

/** As the build compiled it, where there is a build. */
async function openShipped(name: string, folder: string): Promise<(view: unknown) => string> {
  const built = fileURLToPath(new URL("./templates.js", import.meta.url));
  if (existsSync(built)) {
    const { renderPrecompiled } = await import("./precompiled.ts");
    const templates = createRequire(import.meta.url)(built) as Precompiled;
    return renderPrecompiled(templates, path.basename(folder) === "init" ? `init/${name}` : name);
  }
  const { compileSources } = await import("./engine.ts");
  return compileSources(await shippedSources(name, folder));
}

async function shippedSources(name: string, folder: string): Promise<Sources> {
  const inner = path.join(folder, "partials");
  const [template, partials] = await Promise.all([
    readFile(path.join(folder, `${name}.hbs`), "utf8"),
    partialNames(inner).then((names) =>
      Promise.all(names.map(async (each) => [each, await readFile(path.join(inner, `${each}.hbs`), "utf8")])),
    ),
  ]);
  return { template, partials: Object.fromEntries(partials) };
}

/** The project's template, or the shipped one with partials of the project; undefined where it has neither. */
async function ownSources(name: string, folder: string, shippedFolder: string, problems: string[]) {
  if (!(await isFolder(folder, "", problems))) return undefined;
  const template = await ownFile(folder, `${name}.hbs`, problems);
  const partials: Record<string, string> = {};
  const inner = path.join(folder, "partials");
  if (await isFolder(inner, "/partials", problems)) {
    const names = await partialNames(inner);
    if (names.length > MAX_PARTIALS) problems.push(unused("/partials", `more than ${MAX_PARTIALS} files`));
    else
      for (const each of names) {
        const text = await ownFile(folder, `partials/${each}.hbs`, problems);
        if (text !== undefined) partials[each] = text;
      }
  }
  if (template === undefined && Object.keys(partials).length === 0) return undefined;
  const shipped = await shippedSources(name, shippedFolder);
  return {
    sources: { template: template ?? shipped.template, partials: { ...shipped.partials, ...partials } },
    template: template !== undefined,
  };
}

/** Partials are known by plain names: a template cannot name a path. */
async function partialNames(folder: string): Promise<string[]> {
  const files = await readdir(folder).catch(() => []);
  return files.flatMap((file) => /^([a-z0-9_-]+)\.hbs$/.exec(file)?.[1] ?? []).sort();
}

/** A link in the place of a folder would make files from elsewhere templates. */
async function isFolder(folder: string, shown: string, problems: string[]): Promise<boolean> {
  const status = await lstat(folder).catch(() => undefined);
  if (status && !status.isDirectory()) problems.push(unused(shown, "not a plain folder"));
  return status?.isDirectory() ?? false;
}

/** A template out of the repository: a small regular text file, or it is not used. */
async function ownFile(folder: string, name: string, problems: string[]): Promise<string | undefined> {
  const file = path.join(folder, name);
  const refuse = (why: string) => {
    problems.push(unused(`/${name}`, why));
    return undefined;
  };
  const status = await lstat(file).catch(() => undefined);
  if (!status) return undefined;
  if (!status.isFile()) return refuse("not a plain file");
  if (status.size > MAX_BYTES) return refuse(`larger than ${MAX_BYTES} bytes`);
  const bytes = await readFile(file).catch(() => undefined);
  if (!bytes) return refuse("it cannot be read");
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\0") ? refuse("not text in UTF-8") : text;
  } catch {
    return refuse("not text in UTF-8");
  }
}

function unused(name: string, why: string): string {
  return `.session/templates${name}: ${why}; the shipped template is used`;
}

/** In a thread of its own, which is stopped when it takes too long or too much. */
async function renderApart(
  sources: Sources,
  view: object,
  file: URL = new URL("./template-worker.js", import.meta.url),
): Promise<{ text: string } | { fault: Fault }> {
  const { Worker } = process.getBuiltinModule("node:worker_threads");
  const worker = new Worker(file, {
    workerData: { sources, view },
    env: {},
    // Nothing in it speaks on the program's own streams.
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 64 },
  });
  let timer: NodeJS.Timeout | undefined;
  const answer = await new Promise<{ text: string } | { fault: Fault }>((resolve) => {
    const fail = (reason: string) => resolve({ fault: { reason } });
    // From when the thread runs: how long it takes to start is not the template's doing.
    worker.once("online", () => {
      timer = setTimeout(() => fail("it takes too long"), MAX_TIME);
    });
    worker.once("message", resolve);
    worker.once("error", (error: NodeJS.ErrnoException) =>
      fail(error.code === "ERR_WORKER_OUT_OF_MEMORY" ? "it takes too much memory" : error.message),
    );
    worker.once("exit", () => fail("its thread ended"));
  });
  clearTimeout(timer);
  await worker.terminate();
  return answer;
}

/** `.session/templates/handoff.md.hbs:12: reason`. */
function placeOf(name: string, own: OwnSources, { partial, line, reason }: Fault): string {
  // With the shipped template in place, what fails is a partial, even where it is not known which.
  if (partial === undefined && !own.template) return `.session/templates/partials: ${reason}`;
  const file = partial === undefined ? `${name}.hbs` : `partials/${partial}.hbs`;
  return `.session/templates/${file}${line === undefined ? "" : `:${line}`}: ${reason}`;
}
