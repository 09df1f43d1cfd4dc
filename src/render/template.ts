import { existsSync } from "node:fs";
import { lstat, readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Sources } from "./engine.ts";
import type { Precompiled } from "./precompiled.ts";

export interface TemplateFolders {
  /** The templates that ship with the program. */
  readonly shipped: string;
  /** `.session/templates` of the project. */
  readonly own?: string;
}

/** The project's own template where there is a sound one, else the shipped one. */
export interface Template {
  readonly render: (view: object) => Promise<string>;
  /** Why the project's own was not used: one line each, as far as it was tried. */
  readonly problems: readonly string[];
}

const MAX_BYTES = 64 * 1024;
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
        try {
          return await renderApart(own, view);
        } catch (error) {
          broken = true;
          problems.push(
            `.session/templates/${name}.hbs${whereOf(error as Error)}; the shipped template is used`,
          );
        }
      }
      shipped ??= await openShipped(name, folders.shipped);
      return shipped(view);
    },
  };
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
  const [template, partials] = await Promise.all([
    readFile(path.join(folder, `${name}.hbs`), "utf8"),
    partialsOf(path.join(folder, "partials")),
  ]);
  return { template, partials };
}

/** The project's template, or a shipped one with partials of the project; undefined where it has neither. */
async function ownSources(
  name: string,
  own: string,
  shipped: string,
  problems: string[],
): Promise<Sources | undefined> {
  const [template, partials] = await Promise.all([
    ownFile(path.join(own, `${name}.hbs`), problems),
    partialsOf(path.join(own, "partials"), problems),
  ]);
  if (template === undefined && Object.keys(partials).length === 0) return undefined;
  const base = await shippedSources(name, shipped);
  return { template: template ?? base.template, partials: { ...base.partials, ...partials } };
}

/** Partials by name, read once: a template cannot name a path. */
async function partialsOf(folder: string, problems?: string[]): Promise<Record<string, string>> {
  const partials: Record<string, string> = {};
  for (const file of await readdir(folder).catch(() => [])) {
    const name = /^([a-z0-9_-]+)\.hbs$/.exec(file)?.[1];
    if (name === undefined) continue;
    const text = problems
      ? await ownFile(path.join(folder, file), problems)
      : await readFile(path.join(folder, file), "utf8");
    if (text !== undefined) partials[name] = text;
  }
  return partials;
}

/** A template out of the repository: a small regular text file, or it is not used. */
async function ownFile(file: string, problems: string[]): Promise<string | undefined> {
  const refuse = (why: string) => {
    problems.push(`.session/templates/${path.basename(file)}: ${why}; the shipped template is used`);
    return undefined;
  };
  const status = await lstat(file).catch(() => undefined);
  if (!status) return undefined;
  if (!status.isFile()) return refuse("not a plain file");
  if (status.size > MAX_BYTES) return refuse(`larger than ${MAX_BYTES} bytes`);
  const bytes = await readFile(file);
  const text = bytes.toString("utf8");
  if (text.includes("\0") || text.includes("\ufffd")) return refuse("not text in UTF-8");
  return text.replace(/^\ufeff/, "");
}

/** In a thread of its own, which is stopped when it takes too long or too much. */
function renderApart(sources: Sources, view: object): Promise<string> {
  const worker = new Worker(new URL("./template-worker.js", import.meta.url), {
    workerData: { sources, view },
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 64 },
  });
  return new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("it takes too long")), MAX_TIME);
    worker.once("message", (answer: { text?: string; error?: string }) => {
      clearTimeout(timer);
      if (answer.text === undefined) reject(new Error(answer.error));
      else resolve(answer.text);
    });
    worker.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
  }).finally(() => worker.terminate());
}

/** Handlebars says `Parse error on line 3:` and then draws it. */
function whereOf(error: Error): string {
  const line = /on line (\d+)/.exec(error.message)?.[1] ?? /- (\d+):\d+$/.exec(error.message)?.[1];
  const words = error.message.split("\n");
  const reason = line !== undefined && words.length > 3 ? words.at(-1) : words[0];
  return `${line === undefined ? "" : `:${line}`}: ${reason}`;
}
