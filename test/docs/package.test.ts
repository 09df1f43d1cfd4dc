/** The metadata and the files of the package. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const text = (file: string) => readFileSync(file, "utf8");

test("the bill of materials lists every bundled package with its version, as CycloneDX", () => {
  const bom = JSON.parse(text("dist/bom.json"));
  expect([bom.bomFormat, bom.specVersion, bom.metadata.component.name]).toEqual([
    "CycloneDX",
    "1.6",
    "git-session",
  ]);
  const named = new Map<string, string>(
    bom.components.map((each: { group?: string; name: string; version: string }) => [
      each.group === undefined ? each.name : `${each.group}/${each.name}`,
      each.version,
    ]),
  );
  const licensed = [...text("dist/licenses.txt").matchAll(/^(\S+) (\d+\.\d+\.\d\S*) \(/gm)];
  expect(licensed.length).toBeGreaterThan(20);
  expect(named.size).toBe(licensed.length);
  for (const [, name = "", version] of licensed) expect([name, named.get(name)]).toEqual([name, version]);
});

test("no output or shipped file says to install the name from a registry", () => {
  const files = ["src", "templates", "docs"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .map((name) => path.join(folder, name))
      .filter((file) => /\.\w+$|hooks/.test(file) && existsSync(file)),
  );
  const wrong = [...files, "README.md", "SECURITY.md", "CONTRIBUTING.md"].filter((file) => {
    try {
      return /(?:npm (?:i|install|add)|npx|pnpm add|yarn add|bun add)(?: -{1,2}[\w-]+)* git-session\b|npmjs\.com/.test(
        text(file),
      );
    } catch {
      return false;
    }
  });
  expect(wrong).toEqual([]);
});

test("the package contains docs, licenses and the bill of materials, and no sources", {
  timeout: 60_000,
}, () => {
  const packed = JSON.parse(
    execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
      encoding: "utf8",
      stdio: "pipe",
    }),
  );
  const files: string[] = packed[0].files.map((each: { path: string }) => each.path);
  for (const file of [
    "README.md",
    "LICENSE",
    "SECURITY.md",
    "CHANGELOG.md",
    "docs/commands.md",
    "dist/bom.json",
    "dist/cli.js",
  ])
    expect(files).toContain(file);
  expect(files.filter((each) => /^(src|test|scripts|bench)\//.test(each))).toEqual([]);
  expect(packed[0].unpackedSize).toBeLessThan(8 * 1024 * 1024);
});
