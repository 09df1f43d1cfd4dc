/**
 * Renders shipped templates that the build compiled, which takes a third of the time of compiling at run
 * time.
 */
import type Handlebars from "handlebars";
import untyped from "handlebars/runtime.js";
import { finished, HELPERS, isolated, RUN_OPTIONS } from "./helpers.ts";

// The types of the package lack `create`, which the runtime has.
const runtime = untyped as unknown as typeof Handlebars;

/** The output of `scripts/build.mjs`: a compiled template, and the partials that it needs by name. */
export interface Precompiled {
  readonly template: TemplateSpecification;
  readonly partials: Readonly<Record<string, TemplateSpecification>>;
}

/** Returns a function that renders views with a compiled template. */
export function renderPrecompiled({ template, partials }: Precompiled): (view: unknown) => string {
  const engine = runtime.create();
  engine.registerHelper(HELPERS);
  for (const [name, partial] of Object.entries(partials))
    engine.registerPartial(name, engine.template(partial));
  const render = engine.template(template);
  return (view) => finished(render(isolated(view), RUN_OPTIONS));
}
