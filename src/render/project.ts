import path from "node:path";
import { renderTemplate } from "./template.ts";

/** First drafts of `.session/architecture.md` and `conventions.md`, from what was found in the project. */
export async function renderProject(
  facts: object,
  shipped: string,
): Promise<{ architecture: string; conventions: string }> {
  const folders = { shipped: path.join(shipped, "init") };
  const [architecture, conventions] = await Promise.all([
    renderTemplate("architecture.md", facts, folders),
    renderTemplate("conventions.md", facts, folders),
  ]);
  return { architecture: architecture.text, conventions: conventions.text };
}
