import { describe, expect, test } from "vitest";
import { detectProject, manifestsToRead } from "../../src/facts/formats/languages.ts";

/** Facts of a project of files, read as `init` reads them. */
function detect(files: readonly string[], texts: Readonly<Record<string, string>> = {}) {
  const all = [...files, ...Object.keys(texts)];
  const wanted = manifestsToRead(all);
  return detectProject(all, new Map(Object.entries(texts).filter(([file]) => wanted.includes(file))));
}

const readme = (text: string) => detect([], { "README.md": text }).description;

describe("the description of a project", () => {
  test.each([
    ["This README is only a *quick start*."],
    ["This document describes how to build it."],
    ["This is the repository for the Shop app."],
    ["View at: [http://localhost:4567](http://localhost:4567)"],
    ["The goals of the shop are\n\n- one of many goals"],
    ["Begin by declaring a type for your goods."],
    ["Learn how this app was designed and built."],
    ["```ts\nopen();\n\nsell all of these things now\n\nend();\n```"],
    ["Here is a list of things that it sells:"],
  ])("is the next paragraph after %j", (first) => {
    expect(readme(`# shop\n\n${first}\n\nShop sells many things to people.\n`)).toBe(
      "Shop sells many things to people.",
    );
  });

  test("ends with a full stop if a colon introduces code", () => {
    expect(readme("# shop\n\nShop is a [DSL](x) for\nselling things:\n```rb\nsell 1\n```\n")).toBe(
      "Shop is a DSL for selling things.",
    );
  });

  test("has no Markdown signs", () => {
    expect(readme("Shop is a *things* server, _fast_, for \\*BSD and 2 * 3 of my_own_things.\n")).toBe(
      "Shop is a things server, fast, for *BSD and 2 * 3 of my_own_things.",
    );
  });
});

describe("third-party code", () => {
  test("in deps is left out if it holds licenses and the project's code is in src", () => {
    const vendored = ["deps/alloc/COPYING", "deps/alloc/alloc.cpp", "deps/alloc/test/a.cpp"];
    const facts = detect([...vendored, "src/shop.c", "tests/run.sh"]);
    expect([facts.sourceFolders, facts.testFolders, facts.languages]).toEqual([
      ["src"],
      ["tests"],
      ["C", "Shell"],
    ]);
    expect(detect(["deps/ours/a.c", "src/shop.c"]).sourceFolders).toEqual(["deps", "src"]);
    expect(detect(["deps/ours/LICENSE", "deps/ours/a.erl", "Makefile"]).sourceFolders).toEqual(["deps"]);
  });

  test("in folders of that name is left out", () => {
    const names = ["third-party", "thirdparty", "3rdparty", "Pods", "Carthage", "node_modules", "vendor"];
    expect(detect(["lib/a.m", ...names.map((each) => `${each}/x/a.m`)]).sourceFolders).toEqual(["lib"]);
  });
});

describe("entry points", () => {
  test("are files in which the language starts a program, not files with a similar name", () => {
    const files = [
      ...["main.go", "src/server.go", "src/server.h", "config/app.php", "bootstrap/app.php", "artisan"],
      ...["stress-tests/src/bin/cat.rs", "tests-integration/src/bin/mem.rs", "src/bin/shop/main.rs"],
      ...["src/lib.rs", "backend/app/main.py", "flask/app.py", "utils/index.js", "frontend/src/main.tsx"],
    ];
    expect(detect(files).entryPoints.toSorted()).toEqual([
      "artisan",
      "backend/app/main.py",
      "frontend/src/main.tsx",
      "main.go",
      "src/bin/shop/main.rs",
    ]);
  });
});

describe("CI", () => {
  const ci = (names: readonly string[], texts: Readonly<Record<string, string>> = {}) =>
    detect(
      names.map((each) => `.github/workflows/${each}`),
      texts,
    ).guides.ci.map((each) => each.split("/").at(-1));

  test("is at most three workflows that build and test, and no others", () => {
    const others = ["codeql-analysis.yml", "depsreview.yaml", "fuzz.yml", "labeler.yml", "release.yml"];
    expect(ci([...others, "windows.yml", "linux.yml", "macos.yml"])).toEqual([
      "windows.yml",
      "linux.yml",
      "macos.yml",
    ]);
    expect(ci([...others, "gradle-build.yml", "deploy-and-test.yml"])).toEqual(["gradle-build.yml"]);
    expect(ci(others)).toEqual([]);
  });
});

test("documents for people who change the code are read first", () => {
  const files = ["docs/project-layout.md", "BUILD.md", "HACKING.md", "guides/project-structure.md", "BUILD"];
  const { architecture, rules } = detect([...files, "CONTRIBUTING.md"]).guides;
  expect(architecture).toEqual(["docs/project-layout.md", "BUILD.md", "HACKING.md"]);
  expect(rules).toEqual(["CONTRIBUTING.md"]);
});

describe("folders are named once", () => {
  test("among tests and source", () => {
    const files = ["lib/a.ex", "test/a_test.exs", "installer/lib/a.ex", "installer/test/a_test.exs"];
    const more = ["assets/test/a.js", "integration_test/mix.exs", "integration_test/test/a_test.exs"];
    const facts = detect([...files, ...more, "assets/js/a.js", "shop/sub/test/a_test.exs"]);
    expect(facts.testFolders).toEqual(["**/test", "integration_test"]);
    expect(facts.sourceFolders).toEqual(["assets", "installer", "lib"]);
  });

  test("with modules of Java and a library for tests", () => {
    const modules = ["a", "b", "c"].map((each) => `shop-${each}/src/test/java/x/ATest.java`);
    const facts = detect([...modules, "shop-tests/src/test/java/x/BTest.java", "shop-test/src/main/A.java"]);
    expect(facts.testFolders).toEqual(["*/src/test/java", "shop-tests"]);
    expect(facts.sourceFolders).toEqual(["shop-test"]);
  });

  test("and not again as the folder of packages", () => {
    const packages = ["a", "b", "c"].map((each) => `private/${each}/package.json`);
    expect(detect([...packages, "private/a/index.ts"]).sourceFolders).toEqual([]);
  });
});
