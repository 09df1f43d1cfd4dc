/** How brief and handoff report child sessions. */
import { expect, test } from "vitest";
import { scratch } from "../support/scratch.ts";

test("a parent's brief and handoff report how its child sessions ended", async () => {
  const s = await scratch();
  await s.ok("start", "work", "-o", "One");
  await s.ok("fork", "@", "docs", "--title", "Docs of it");
  await s.ok("objectives", "complete", "1");
  await s.ok("decisions", "add", "A page for each command");
  await s.git("switch", "--quiet", "work");
  const line = "- Started from it: `docs`, `Docs of it`: active, 1 of 1 done: `One`; 1 decision\n";
  expect(await s.ok("brief")).toContain(line);
  expect(await s.ok("handoff")).toContain(line);
  await s.git("switch", "--quiet", "docs");
  await s.ok("end", "--summary", "Every command has its page");
  await s.git("switch", "--quiet", "work");
  const ended =
    "- Started from it: `docs`, `Docs of it`: ended, 1 of 1 done: `One`; 1 decision; `Every command has its page`\n";
  expect(await s.ok("brief")).toContain(ended);
  expect(await s.ok("handoff")).toContain(ended);
  const [child] = (await s.json("brief")).children;
  expect(child).toMatchObject({ branch: "docs", state: "ended", done: ["One"], decisions: 1 });
  // The child itself has none.
  await s.git("switch", "--quiet", "docs");
  expect((await s.json("brief")).children).toEqual([]);
});
