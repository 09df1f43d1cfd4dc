/**
 * Renders shipped templates that the build compiled, which takes a third of the time of compiling at run
 * time.
 */
import type Handlebars from "handlebars";
import untyped from "handlebars/runtime.js";
import { finished, HELPERS, isolated, RUN_OPTIONS } from "./helpers.ts";

// The types of the package lack `create`, which the runtime has.
const runtime = untyped as unknown as typeof Handlebars;

/** The output of `scripts/build.mjs`: compiled templates and partials, by path below `templates/`. */
export type Precompiled = Readonly<Record<string, TemplateSpecification>>;

/** Returns a function that renders views with the template at `path`. */
export function renderPrecompiled(templates: Precompiled, path: string): (view: unknown) => string {
  const engine = runtime.create();
  engine.registerHelper(HELPERS);
  for (const [name, specification] of Object.entries(templates)) {
    if (name.startsWith("partials/"))
      engine.registerPartial(name.slice("partials/".length), engine.template(specification));
  }
  const render = engine.template(templates[path] as TemplateSpecification);
  return (view) => finished(render(isolated(view), RUN_OPTIONS));
}
