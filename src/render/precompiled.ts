/** The shipped templates as the build compiled them: a third of the time of compiling them again. */
import type Handlebars from "handlebars";
import untyped from "handlebars/runtime.js";
import { finished, HELPERS, isolated, RUN_OPTIONS } from "./helpers.ts";

// The package types its runtime without `create`, which it has.
const runtime = untyped as unknown as typeof Handlebars;

/** What `scripts/build.mjs` writes: templates and partials by their path below `templates/`. */
export type Precompiled = Readonly<Record<string, TemplateSpecification>>;

/** Renders the template at this path. */
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
