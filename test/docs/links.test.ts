/** The links of README and docs. `npm run check` compares docs/commands/ with the help (scripts/pages.mjs). */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

test("every link leads to a file, and to a heading of it", () => {
  const pages = ["README.md", "CONTRIBUTING.md", "SECURITY.md"].concat(
    readdirSync("docs", { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".md"))
      .map((name) => path.join("docs", name)),
  );
  const wrong: string[] = [];
  const prose = (page: string) => readFileSync(page, "utf8").replace(/^```[\s\S]*?^```/gm, "");
  for (const page of pages)
    for (const [, target = ""] of prose(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const [file = "", anchor] = target.split("#");
      const at = file === "" ? page : path.join(path.dirname(page), file);
      if (!isLeading(at, anchor)) wrong.push(`${page}: ${target}`);
    }
  expect(wrong).toEqual([]);
});

/** Returns whether a link's file exists and has a heading with the anchor. */
function isLeading(file: string, anchor: string | undefined): boolean {
  if (!existsSync(file)) return false;
  if (anchor === undefined) return true;
  const titles = [...readFileSync(file, "utf8").matchAll(/^#{1,6} (.+)$/gm)].map(([, title = ""]) => title);
  const anchors = titles.map((title) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replace(/\s/g, "-"),
  );
  return anchors.includes(anchor);
}
