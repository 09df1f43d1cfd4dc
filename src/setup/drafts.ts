import path from "node:path";
import { openTemplate } from "../render/template.ts";

/**
 * Renders first drafts of `.session/architecture.md` and `conventions.md` from facts about the project.
 * Returns name and text of each; leaves out a draft without content.
 */
export async function renderProject(facts: object, shipped: string): Promise<[name: string, text: string][]> {
  const folders = { shipped: path.join(shipped, "init") };
  const drafts = await Promise.all(
    ["architecture.md", "conventions.md"].map(async (name): Promise<[string, string]> => {
      const template = await openTemplate(name, folders);
      return [name, await template.render(facts)];
    }),
  );
  return drafts.filter(([, text]) => /^[^#_\s]/m.test(text));
}
