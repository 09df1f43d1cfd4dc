import { describe, expect, test } from "vitest";
import { detectProject, manifestsToRead } from "../../src/facts/formats/project/languages.ts";

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

  test.each([
    ["lib/a.rb", "shop.gemspec", "Gem::Specification.new do |s|\n  s.description = 'Sells things'\nend\n"],
    ["lib/a.rb", "shop.gemspec", 'Gem::Specification.new do |s|\n  s.summary     = "Sells things"\nend\n'],
    [
      "lib/a.ex",
      "mix.exs",
      '  def project do\n    [app: :shop,\n      description: "Sells things",\n    ]\n',
    ],
    ["src/A.hs", "shop.cabal", "Name:      shop\nSynopsis:  Sells things\n"],
    ["src/A.cs", "Shop.csproj", "<PropertyGroup><Description>Sells things</Description></PropertyGroup>"],
  ])("of a project with %s comes from %s", (file, manifest, text) => {
    expect(detect([file], { [manifest]: text, "README.md": "# shop\n" }).description).toBe("Sells things");
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

  test("of C are files that define main", () => {
    const main = "int main(int argc, char **argv) {\n}\n";
    expect(detect([], { "src/server.c": main, "src/cli.c": "int cli(void);\n" }).entryPoints).toEqual([
      "src/server.c",
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

  test("is found by the text of a workflow if no name says it", () => {
    const texts = {
      ".github/workflows/pull_request.yml": "jobs:\n  x:\n    steps:\n      - run: make test\n",
      ".github/workflows/sync.yml": "# no test\njobs:\n  x:\n    steps:\n      - run: ./sync\n",
    };
    expect(ci([], texts)).toEqual(["pull_request.yml"]);
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

test("a dependency is named only if the program needs it at run time", () => {
  const used = (file: string, text: string) => detect([], { [file]: text }).dependencies;
  expect(used("package.json", '{"dependencies":{"vue":"3"},"devDependencies":{"vite":"7"}}')).toEqual([
    "vue",
  ]);
  expect(
    used(
      "mix.exs",
      '      {:phoenix, "~> 1.7"},\n      {:ecto, "~> 3.0", only: :docs},\n      {:phoenix_live_view, "~> 1.0",\n       optional: true}\n',
    ),
  ).toEqual(["phoenix"]);
  expect(
    used("Cargo.toml", '[dependencies]\naxum = "1"\ntokio = { version = "1", optional = true }\n'),
  ).toEqual(["axum"]);
  expect(
    used("Gemfile", "gem 'rails'\ngem 'sidekiq', group: :test\ngroup :test do\n  gem 'sinatra'\nend\n"),
  ).toEqual(["rails"]);
  const dependency = (name: string, more: string) =>
    `<dependency><groupId>x</groupId><artifactId>${name}</artifactId>${more}</dependency>`;
  expect(
    used("pom.xml", dependency("spring-test", "<scope>test</scope>") + dependency("spring-core", "")),
  ).toEqual(["spring-core"]);
  expect(
    detect([], { Gemfile: "gemspec\ngem 'rails'\n", "a.gemspec": "  s.add_dependency 'sidekiq', '1'\n" })
      .dependencies,
  ).toEqual(["sidekiq"]);
});

describe("commands that the README or the guide for contributors shows", () => {
  const commands = (files: readonly string[], texts: Readonly<Record<string, string>>) =>
    detect(files, texts).commands.map((each) => each.command);

  test("are used for a task runner of the project", () => {
    const text =
      "# shop\n\nIt is simple:\n\n    % make\n\nThen run `make test`, and make check if you like.\n";
    expect(commands([], { Makefile: ".DEFAULT:\n\t$(MAKE) -C src $@\n", "README.md": text })).toEqual([
      "make test",
      "make",
    ]);
    expect(commands([], { "README.md": text })).toEqual([]);
    expect(
      commands(["Makefile.am"], { ".github/CONTRIBUTING.md": "```sh\nmake check # all\n```\n" }),
    ).toEqual(["make check"]);
    expect(commands(["shop.cabal"], { "README.md": "    $ cabal test\n" })).toEqual(["cabal test"]);
  });

  test("are not used instead of a target of the project", () => {
    const zig = 'const tests = b.step("test", "Run all tests");\n';
    expect(commands([], { "build.zig": zig, "README.md": "`zig build`\n" })).toEqual([
      "zig build test",
      "zig build",
    ]);
    expect(commands(["Makefile"], { "Cargo.toml": "[package]\n", "README.md": "`make test`\n" })[0]).toBe(
      "cargo test",
    );
  });
});
