import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { detectProject, manifestsToRead } from "../../src/facts/formats/project/languages.ts";

/** Facts of a project of files; those that stand with a text have been read. */
function detect(files: readonly string[], texts: Readonly<Record<string, string>> = {}) {
  return detectProject([...files, ...Object.keys(texts)], new Map(Object.entries(texts)));
}

test("the description of a TypeScript project names its commands, folders and tools", () => {
  const facts = detect(
    [
      "src/cli.ts",
      "src/auth/login.ts",
      "src/auth/view.tsx",
      "test/login.test.ts",
      "scripts/release.sh",
      "package-lock.json",
      "biome.json",
      ".editorconfig",
      "dist/cli.js",
    ],
    {
      "package.json": JSON.stringify({
        name: "shop",
        description: "A small\n shop",
        bin: { shop: "./dist/cli.js" },
        main: "./src/cli.ts",
        scripts: {
          test: "vitest run",
          build: "tsc",
          lint: "biome check",
          types: "tsc --noEmit",
          fmt: "biome format",
          start: "node .",
        },
        dependencies: { chalk: "^5", express: "^5" },
        devDependencies: { vitest: "^4", typescript: "^7", husky: "^9" },
      }),
      "README.md": "# shop\n\nAnother description that is not taken.\n",
    },
  );
  expect(facts).toEqual({
    name: "shop",
    description: "A small shop",
    languages: ["TypeScript", "Shell"],
    sourceFolders: ["src"],
    testFolders: ["test"],
    workspaces: [],
    commands: [
      { name: "test", command: "npm test" },
      { name: "build", command: "npm run build" },
      { name: "lint", command: "npm run lint" },
      { name: "format", command: "npm run fmt" },
      { name: "typecheck", command: "npm run types" },
      { name: "start", command: "npm start" },
    ],
    dependencies: ["express"],
    entryPoints: ["src/cli.ts"],
    tools: ["Biome", "EditorConfig"],
    guides: { architecture: [], rules: [], ci: [] },
  });
});

describe("the languages of a project", () => {
  test("are at most five, the most used first, without vendored code", () => {
    const many = (extension: string, n: number) =>
      Array.from({ length: n }, (_, at) => `x/${at}.${extension}`);
    const files = [
      ...many("go", 6),
      ...many("py", 5),
      ...many("rs", 4),
      ...many("cs", 3),
      ...many("R", 2),
      ...many("lua", 1),
      ...many("js", 9).map((each) => `vendor/${each}`),
    ];
    expect(detect(files).languages).toEqual(["Go", "Python", "Rust", "C#", "R"]);
  });

  test("include headers as C++ if there is no C", () => {
    expect(detect(["a.h", "b.h", "a.cpp"]).languages).toEqual(["C++"]);
    expect(detect(["a.h", "a.c", "b.cpp"]).languages).toEqual(["C", "C++"]);
  });
});

describe("the layout of a project", () => {
  test("has the packages of a monorepo, and the folders of Java", () => {
    const mono = detect([
      "packages/web/src/a.ts",
      "packages/web/test/a.test.ts",
      "packages/api/src/a.ts",
      "packages/api/src/b.ts",
      ".github/x.js",
      "e2e/login.ts",
    ]);
    expect(mono.sourceFolders).toEqual(["packages/api", "packages/web"]);
    expect(mono.testFolders).toEqual(["e2e", "packages/web/test"]);
    const java = detect(["src/main/java/org/example/App.java", "src/test/java/org/example/AppTest.java"]);
    expect(java.sourceFolders).toEqual(["src/main/java"]);
    expect(java.testFolders).toEqual(["src/test/java"]);
  });
});

test("the description names no test folder if tests are beside the code", () => {
  const go = detect([
    "go.mod",
    "args/a.go",
    "args/a_test.go",
    "taskfile/b.go",
    "taskfile/b_test.go",
    "main.go",
  ]);
  expect([go.testsBeside, go.testFolders, go.sourceFolders]).toEqual(["*_test.go", [], ["args", "taskfile"]]);
  const node = detect(["src/a.ts", "src/a.test.ts", "e2e/login.ts"]);
  expect([node.testsBeside, node.testFolders]).toEqual(["*.test.ts", ["e2e"]]);
  const many = ["a", "b", "c", "d"].flatMap((each) => [
    `crates/${each}/src/lib.rs`,
    `crates/${each}/tests/x.rs`,
  ]);
  expect(detect(many).testFolders).toEqual(["crates/*/tests"]);
});

test("the description counts a workspace's packages and names the largest", () => {
  const crates = Array.from({ length: 100 }, (_, n) => [
    `crates/c${n}/Cargo.toml`,
    `crates/c${n}/src/lib.rs`,
  ]);
  const facts = detect(
    [...crates.flat(), "crates/c7/src/more.rs", "crates/c1/template/Cargo.toml", "docs/x.py"],
    { "Cargo.toml": '[workspace]\nmembers = ["crates/*"]\n' },
  );
  expect(facts.workspaces).toEqual([
    { folder: "crates", packages: 100, largest: ["crates/c7", "crates/c0", "crates/c1"] },
  ]);
  expect(facts.sourceFolders).toEqual([]);
});

test("the description names documents of the maintainers, the nearest first", () => {
  const files = [
    "docs/technical/architecture.md",
    "ARCHITECTURE.md",
    "docs/adr/0001-use-rust.md",
    "docs/adr/0002-no-orm.md",
    ".github/CONTRIBUTING.md",
    "AGENTS.md",
    "vendor/x/docs/y/architecture.md",
    ".github/workflows/stale.yml",
    ".github/workflows/ci.yml",
    "src/architecture.ts",
  ];
  expect(detect(files).guides).toEqual({
    architecture: ["ARCHITECTURE.md", "docs/technical/architecture.md", "docs/adr/"],
    rules: ["AGENTS.md", ".github/CONTRIBUTING.md"],
    ci: [".github/workflows/ci.yml"],
  });
  expect(detect([".github/workflows/stale.yml"]).guides.ci).toEqual([]);
});

describe("reading a project's name and description", () => {
  test("ignores a helper in another language", () => {
    const facts = detect(["src/a.rs", "src/b.rs", "docs/conf.py"], {
      "pyproject.toml": '[project]\nname = "docs"\ndescription = "Sets up MkDocs"\n',
      "package.json": '{"description":"The website","main":"site.js","scripts":{"test":"x"}}',
      "README.md": "# shop\n\nSells many things to people.\n",
    });
    expect(facts.description).toBe("Sells many things to people.");
    expect(facts.commands).toEqual([{ name: "test", command: "npm test" }]);
  });

  test("uses only the text of a paragraph of HTML", () => {
    const of = (text: string) => detect([], { "README.md": text }).description;
    expect(
      of(
        "<div align=center>\n<h1>Task: The Modern Runner</h1>\n<p>A fast tool for builds.</p>\n<p><a href=x>Docs of it</a></p>\n</div>\n",
      ),
    ).toBe("A fast tool for builds.");
    expect(of("<div>\n  <img src=x> a b c d e f g h i j k\n</div>\n")).toBeUndefined();
    expect(of("shop (s)\n--------\nSells many things to people.\n")).toBe("Sells many things to people.");
    expect(
      of("# shop\n\nSee the presentation about many things: [x](y)\n\n## A\n\nSells many things to you.\n"),
    ).toBe("Sells many things to you.");
    expect(of("# shop\n\nSells many things to all. It has two parts:\n\n- a\n")).toBe(
      "Sells many things to all.",
    );
    expect(
      of("# shop\n\n## Install\n\nInstall it with npm, then.\n\n## FAQ\n\nIs this prose of any use?\n"),
    ).toBeUndefined();
  });

  test("uses the correct table of pyproject.toml", () => {
    const facts = detect([], {
      "pyproject.toml":
        '[[tool.x]]\nname = "wrong"\n[project]\nname = "shop"\ndescription = "Sells things"\ndependencies = [\n  "fastapi>=0.1",\n  \'requests\',\n]\n[tool.black]\n',
    });
    expect(facts).toMatchObject({
      name: "shop",
      description: "Sells things",
      dependencies: ["fastapi"],
      tools: ["Black"],
    });
  });

  test("uses Cargo.toml, go.mod, composer.json and pom.xml", () => {
    const cargo =
      '[[bin]]\nname = "wrong"\n[package]\nname = "shop" # x\ndescription = \'Sells\'\n[dependencies]\nserde = { version = "1" }\ntokio = "1"\n[dev-dependencies]\ncriterion = "1"\n';
    expect(detect([], { "Cargo.toml": cargo })).toMatchObject({
      name: "shop",
      description: "Sells",
      dependencies: ["tokio"],
    });
    const go =
      "module example.org/shop\n\nrequire example.org/x/gin v1.0.0\nrequire (\n\texample.org/y v1.2.3\n\texample.org/z v1.0.0 // indirect\n)\n";
    expect(detect([], { "go.mod": go })).toMatchObject({
      name: "example.org/shop",
      dependencies: ["example.org/x/gin"],
    });
    expect(
      detect([], {
        "composer.json": '{"description":"Sells","require":{"php":"^8","laravel/framework":"^11"}}',
      }),
    ).toMatchObject({ description: "Sells", dependencies: ["laravel/framework"] });
    const pom =
      "<project><description>Sells</description><dependency>\n<groupId>org.springframework</groupId>\n<artifactId>spring-core</artifactId></dependency></project>";
    expect(detect([], { "pom.xml": pom })).toMatchObject({
      description: "Sells",
      dependencies: ["spring-core"],
    });
  });

  test("uses the first prose of a README", () => {
    const of = (text: string) => detect([], { "README.md": text }).description;
    expect(
      of(
        "# shop\n\n[![build](x.svg)](y)\n\n<p align=center>\n\n`shop` sells **many** things, see\n[the docs](https://example.org).\n\nMore.\n",
      ),
    ).toBe("shop sells many things, see the docs.");
    expect(of("# shop\nSells many things to people.\n")).toBe("Sells many things to people.");
    expect(
      of(
        "---\ntitle: x y z of many words\n---\n\nShop\n====\n\n- a list of many items\n\n```\ncode of many words here\n```\n\nÉtals et paniers pour tous.\n",
      ),
    ).toBe("Étals et paniers pour tous.");
    expect(of("# only a title\n")).toBeUndefined();
    expect(of(`${"word ".repeat(200)}\n`)?.length).toBeLessThanOrEqual(300);
    expect(
      detect([], { "README.rst": "Shop\n====\n\n.. image:: x.png\n\nSells many things to people.\n" })
        .description,
    ).toBe("Sells many things to people.");
  });
});

test("entry points are tracked files: those named by manifests, then the usual names", () => {
  const files = [
    "cmd/shop/main.go",
    "src/main.rs",
    "src/bin/tool.rs",
    "manage.py",
    "src/index.test.ts",
    "docs/index.md",
  ];
  expect(detect(files).entryPoints).toEqual([
    "cmd/shop/main.go",
    "src/main.rs",
    "src/bin/tool.rs",
    "manage.py",
  ]);
  expect(
    detect(["bin/run.mjs"], { "package.json": '{"bin":"./bin/run.mjs","main":"/etc/passwd"}' }).entryPoints,
  ).toEqual(["bin/run.mjs"]);
});

test("maintainers' helper scripts are not entry points", () => {
  const files = [
    "cmd/release/main.go",
    "cmd/shop/main.go",
    "docs/cli.rst",
    "scripts/main.py",
    "src/lib.rs",
    "src/main.rs",
  ];
  expect(detect(files).entryPoints).toEqual(["cmd/shop/main.go", "src/main.rs"]);
  const python = { "pyproject.toml": '[project.scripts]\nshop = "shop.cli:main"\n' };
  expect(detect(["src/shop/cli.py", "src/shop/a.py"], python).entryPoints).toEqual(["src/shop/cli.py"]);
});

test("the manifests to read are the tracked manifests at the top, in any order", () => {
  expect(
    manifestsToRead([
      "z.ts",
      "README.md",
      "packages/a/package.json",
      "package.json",
      "Shop.csproj",
      "Other.csproj",
      "README.rst",
      "go.mod",
    ]),
  ).toEqual(["package.json", "go.mod", "README.md", "Shop.csproj"]);
  expect(manifestsToRead([])).toEqual([]);
});

describe("broken and hostile manifests", () => {
  const NAMES = [
    "package.json",
    "deno.json",
    "pyproject.toml",
    "requirements.txt",
    "Cargo.toml",
    "go.mod",
    "pom.xml",
    "build.gradle",
    "composer.json",
    "Gemfile",
    "mix.exs",
    "build.zig",
    "shop.gemspec",
    "shop.cabal",
    "CMakeLists.txt",
    "Makefile",
    "README.md",
    "A.csproj",
  ];

  test("give no dependency for an invalid name", () => {
    const text = '{"dependencies":{"__proto__":"1","constructor":"1","express":"1"}}';
    expect(detect([], { "package.json": text }).dependencies).toEqual(["express"]);
  });

  test.each([
    ["{"],
    ["null"],
    ["[]"],
    ['"text"'],
    [
      '{"scripts":[],"dependencies":7,"bin":{"a":null,"b":[]},"name":{},"description":["x"],"require":null,"tasks":1}',
    ],
    ['{"__proto__":{"name":"polluted","scripts":{"test":"x"}},"constructor":{"prototype":{"name":"x"}}}'],
    ["[".repeat(50_000)],
    ["\0\uFFFD\uFEFF"],
  ])("give nothing: %j", (text) => {
    const facts = detect(["a.ts"], Object.fromEntries(NAMES.map((name) => [name, text])));
    expect(facts.name).toBeUndefined();
    expect(facts.description).toBeUndefined();
    expect(facts.dependencies.filter((each) => !/^[\w.-]+$/.test(each))).toEqual([]);
    expect(Object.hasOwn(Object.prototype, "name")).toBe(false);
  });

  test("never throw, and lists stay short, for any text in any manifest", () => {
    const part = fc.oneof(
      fc.constantFrom(
        "[project]\n",
        "[dependencies]\n",
        "[",
        "name = ",
        '"x"\n',
        "test:",
        "require (\n",
        "<dependency>",
        "gem '",
        "---\n",
        "```\n",
        "\n\n",
      ),
      fc.string(),
      fc.json(),
    );
    const text = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...NAMES), text),
        fc.array(fc.string(), { maxLength: 5 }),
        (texts, files) => {
          const facts = detect(files, texts);
          expect(facts.languages.length <= 5 && facts.dependencies.length <= 6).toBe(true);
          expect(facts.entryPoints.length <= 6 && facts.sourceFolders.length <= 6).toBe(true);
          expect(facts.description ?? "x").toMatch(/^\S.*$/);
        },
      ),
    );
  });
});
