/**
 * Renders views as documents, through shipped templates or a project's own, and escapes untrusted text
 * for Markdown, HTML and XML (in the other files of this room). Does not decide which facts a view holds.
 */
import { existsSync } from "node:fs";
import { lstat, readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Failure } from "../session/failure.ts";
import type { Fault, Sources } from "./compile-template.ts";
import type { Precompiled } from "./precompiled.ts";

/** Folders of templates. */
export interface TemplateFolders {
  /** Folder of the templates that ship with the program. */
  readonly shipped: string;
  /** Folder `.session/templates` of the project; absent without one. */
  readonly own?: string;
  /** URL of the built `template-worker.js`; default: in the folder of this module. */
  readonly worker?: URL;
}

/** A loaded template: the project's template if it is valid, else the shipped template. */
export interface Template {
  readonly render: (view: object) => Promise<string>;
  /** Reasons why the project's template was not used, one line each. Rendering may add reasons. */
  readonly problems: readonly string[];
}

interface OwnSources {
  readonly sources: Sources;
  /** True if the project has this template itself, false if it only has partials. */
  readonly template: boolean;
}

/** Maximum bytes of a file of a project's template. */
const MAX_BYTES = 64 * 1024;
const MAX_PARTIALS = 100;
/** Maximum milliseconds to render a project's template. */
const MAX_TIME = 2000;

/** Opens the template `name`, such as `brief.md`. It can render several views. */
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

/**
 * Renders a view with the template file that the user named, and the shipped partials.
 * @throws Failure `bad-template` if the file cannot be read or rendered
 */
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

/** Opens a shipped template, compiled by the build if one exists. */
async function openShipped(name: string, folder: string): Promise<(view: unknown) => string> {
  const below = path.basename(folder) === "init" ? "init/" : "";
  const built = fileURLToPath(new URL(`./templates/${below}${name}.js`, import.meta.url));
  if (existsSync(built)) {
    const { renderPrecompiled } = await import("./precompiled.ts");
    return renderPrecompiled(createRequire(import.meta.url)(built) as Precompiled);
  }
  const { compileSources } = await import("./compile-template.ts");
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

/**
 * Reads the project's template, or the shipped template with the project's partials; undefined if the project
 * has neither.
 */
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

/** Lists partials with simple names, so that a template cannot name a path. */
async function partialNames(folder: string): Promise<string[]> {
  const files = await readdir(folder).catch(() => []);
  return files.flatMap((file) => /^([a-z0-9_-]+)\.hbs$/.exec(file)?.[1] ?? []).sort();
}

/**
 * Returns whether the path is a real folder. Refuses links, which could lead to files outside of the
 * project.
 */
async function isFolder(folder: string, shown: string, problems: string[]): Promise<boolean> {
  const status = await lstat(folder).catch(() => undefined);
  if (status && !status.isDirectory()) problems.push(unused(shown, "not a regular folder"));
  return status?.isDirectory() ?? false;
}

/**
 * Reads a template of the project; undefined, with a problem noted, unless it is a small regular UTF-8
 * file.
 */
async function ownFile(folder: string, name: string, problems: string[]): Promise<string | undefined> {
  const file = path.join(folder, name);
  const refuse = (why: string) => {
    problems.push(unused(`/${name}`, why));
    return undefined;
  };
  const status = await lstat(file).catch(() => undefined);
  if (!status) return undefined;
  if (!status.isFile()) return refuse("not a regular file");
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

/** Renders in a separate thread, and stops the thread if it takes too much time or memory. */
async function renderApart(
  sources: Sources,
  view: object,
  file: URL = new URL("./template-worker.js", import.meta.url),
): Promise<{ text: string } | { fault: Fault }> {
  const { Worker } = process.getBuiltinModule("node:worker_threads");
  const worker = new Worker(file, {
    workerData: { sources, view },
    env: {},
    // Keeps output of the thread off the program's streams.
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 64 },
  });
  let timer: NodeJS.Timeout | undefined;
  const answer = await new Promise<{ text: string } | { fault: Fault }>((resolve) => {
    const fail = (reason: string) => resolve({ fault: { reason } });
    // Starts the timer with the thread, because the template does not cause a slow start.
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

/** Formats an error in a template, such as `.session/templates/handoff.md.hbs:12: reason`. */
function placeOf(name: string, own: OwnSources, { partial, line, reason }: Fault): string {
  // A shipped template is valid, so the error is in one of the project's partials, even if it is unknown
  // which.
  if (partial === undefined && !own.template) return `.session/templates/partials: ${reason}`;
  const file = partial === undefined ? `${name}.hbs` : `partials/${partial}.hbs`;
  return `.session/templates/${file}${line === undefined ? "" : `:${line}`}: ${reason}`;
}
