/** What a brief and a handoff say of sessions that were started from this one. */
import { expect, test } from "vitest";
import { scratch } from "../support/scratch.ts";

test("a parent's brief and handoff say what became of its children", async () => {
  const s = await scratch();
  await s.ok("start", "work", "-o", "One");
  await s.ok("fork", "@", "docs", "--title", "Docs of it");
  await s.ok("objectives", "complete", "1");
  await s.git("switch", "--quiet", "work");
  const line = "- Started from it: `docs`, `Docs of it`: active, 1 of 1 done";
  expect(await s.ok("brief")).toContain(line);
  expect(await s.ok("handoff")).toContain(line);
  await s.git("switch", "--quiet", "docs");
  await s.ok("end");
  await s.git("switch", "--quiet", "work");
  expect(await s.ok("brief")).toContain("- Started from it: `docs`, `Docs of it`: ended");
  const [child] = (await s.json("brief")).children;
  expect(child).toMatchObject({ branch: "docs", state: "ended" });
  // The child itself has none.
  await s.git("switch", "--quiet", "docs");
  expect((await s.json("brief")).children).toEqual([]);
});
