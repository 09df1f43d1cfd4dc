/** Compiles templates at run time: templates of a project, and shipped templates if no build exists. */

import Handlebars from "handlebars";
import { defined } from "../text/defined.ts";
import { COMPILE_OPTIONS, finished, HELPERS, isolated, RUN_OPTIONS } from "./helpers.ts";

/** The text of a template and of its partials. */
export interface Sources {
  readonly template: string;
  /** Texts of the partials, by name. */
  readonly partials: Readonly<Record<string, string>>;
}

/** An error in a template. */
export interface Fault {
  /** Name of the partial with the error; absent for the template itself. */
  readonly partial?: string;
  /** Line of the error, from 1; absent if unknown. */
  readonly line?: number;
  readonly reason: string;
}

/**
 * Compiles a template. Returns a function that renders a view and throws an Error of Handlebars for a
 * faulty template.
 */
export function compileSources({ template, partials }: Sources): (view: unknown) => string {
  const engine = Handlebars.create();
  engine.registerHelper(HELPERS);
  for (const [name, source] of Object.entries(partials)) engine.registerPartial(name, source);
  const render = engine.compile(template, COMPILE_OPTIONS);
  return (view) => finished(render(isolated(view), RUN_OPTIONS));
}

/**
 * Finds the partial and line of an error. Searches the sources, because Handlebars never names the
 * partial.
 */
export function faultOf({ template, partials }: Sources, error: Error): Fault {
  const all: [string | undefined, string][] = [[undefined, template], ...Object.entries(partials)];
  const at = (partial: string | undefined, line: number, reason: string): Fault => ({
    ...defined({ partial }),
    ...(line > 0 ? { line } : {}),
    reason,
  });
  for (const [partial, source] of all) {
    const broken = parseError(source);
    if (broken?.message === error.message)
      return at(partial, lineOf(broken.message), reasonOf(broken.message));
  }
  const missing = /^The partial (.+) could not be found$|^Missing helper: "(.+)"$/.exec(error.message);
  const name = missing?.[1] ?? missing?.[2];
  for (const [partial, source] of name === undefined ? [] : all) {
    const line = source.split("\n").findIndex((each) => each.includes("{{") && each.includes(name ?? ""));
    if (line >= 0) return at(partial, line + 1, error.message);
  }
  return at(undefined, lineOf(error.message), reasonOf(error.message));
}

function parseError(source: string): Error | undefined {
  try {
    Handlebars.parse(source);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

/** Returns the line in a message such as `Parse error on line 3:` or `… - 3:5`; 0 without a line. */
function lineOf(message: string): number {
  return Number(/^Parse error on line (\d+)/.exec(message)?.[1] ?? / - (\d+):\d+$/.exec(message)?.[1] ?? 0);
}

/** Returns a short reason for an error, without the parser's long list of expected tokens. */
function reasonOf(message: string): string {
  const got = /, got '([^']+)'$/.exec(message)?.[1];
  if (got === "EOF") return "it ends before a block or a tag is closed";
  if (got !== undefined) return `unexpected ${got}`;
  if (message === "Maximum call stack size exceeded") return "it includes itself without end";
  return (message.split("\n")[0] ?? "").replace(/ - \d+:\d+$/, "");
}
