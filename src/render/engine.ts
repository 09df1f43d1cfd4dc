/** Compiles templates when the program runs: a project's own, and in a checkout the shipped ones. */

import Handlebars from "handlebars";
import { defined } from "../text/defined.ts";
import { COMPILE_OPTIONS, finished, HELPERS, isolated, RUN_OPTIONS } from "./helpers.ts";

export interface Sources {
  readonly template: string;
  /** By name. */
  readonly partials: Readonly<Record<string, string>>;
}

/** What is wrong with a template, and where. */
export interface Fault {
  /** Name of the partial it is in; absent for the template itself. */
  readonly partial?: string;
  readonly line?: number;
  readonly reason: string;
}

/** Compiles a template once; what it gives renders views, and throws whatever is wrong with the template. */
export function compileSources({ template, partials }: Sources): (view: unknown) => string {
  const engine = Handlebars.create();
  engine.registerHelper(HELPERS);
  for (const [name, source] of Object.entries(partials)) engine.registerPartial(name, source);
  const render = engine.compile(template, COMPILE_OPTIONS);
  return (view) => finished(render(isolated(view), RUN_OPTIONS));
}

/** Where an error of a compiled template comes from. Handlebars names a line at best, and never which partial. */
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

/** `Parse error on line 3:` or `… - 3:5`; 0 where no line is named. */
function lineOf(message: string): number {
  return Number(/^Parse error on line (\d+)/.exec(message)?.[1] ?? / - (\d+):\d+$/.exec(message)?.[1] ?? 0);
}

/** A parser's list of everything that it would have liked better helps nobody. */
function reasonOf(message: string): string {
  const got = /, got '([^']+)'$/.exec(message)?.[1];
  if (got === "EOF") return "it ends before a block or a tag is closed";
  if (got !== undefined) return `unexpected ${got}`;
  if (message === "Maximum call stack size exceeded") return "it nests without end";
  return (message.split("\n")[0] ?? "").replace(/ - \d+:\d+$/, "");
}
