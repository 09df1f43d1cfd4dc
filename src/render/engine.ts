/** Compiles templates when the program runs: a project's own, and in a checkout the shipped ones. */
import Handlebars from "handlebars";
import { COMPILE_OPTIONS, finished, HELPERS, isolated, RUN_OPTIONS } from "./helpers.ts";

export interface Sources {
  readonly template: string;
  /** By name. */
  readonly partials: Readonly<Record<string, string>>;
}

/** Compiles a template once; what it gives renders views, and throws whatever is wrong with the template. */
export function compileSources({ template, partials }: Sources): (view: unknown) => string {
  const engine = Handlebars.create();
  engine.registerHelper(HELPERS);
  for (const [name, source] of Object.entries(partials)) engine.registerPartial(name, source);
  const render = engine.compile(template, COMPILE_OPTIONS);
  return (view) => finished(render(isolated(view), RUN_OPTIONS));
}
