import path from "node:path";
import { openTemplate } from "../render/template.ts";

/** First drafts of `.session/architecture.md` and `conventions.md`, from what was found in the project. */
export async function renderProject(
  facts: object,
  shipped: string,
): Promise<{ architecture: string; conventions: string }> {
  const folders = { shipped: path.join(shipped, "init") };
  const render = async (name: string) => (await openTemplate(name, folders)).render(facts);
  const [architecture, conventions] = await Promise.all([
    render("architecture.md"),
    render("conventions.md"),
  ]);
  return { architecture, conventions };
}
