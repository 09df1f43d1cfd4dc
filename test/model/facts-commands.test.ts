import { expect, test } from "vitest";
import { detectProject } from "../../src/facts/formats/project/languages.ts";

/** `{test: "npm test"}` */
function commandsOf(files: readonly string[], texts: Readonly<Record<string, string>> = {}) {
  return Object.fromEntries(
    detectProject([...files, ...Object.keys(texts)], new Map(Object.entries(texts))).commands.map(
      ({ name, command }) => [name, command],
    ),
  );
}

const scripts = { "package.json": '{"scripts":{"test":"vitest","lint":"eslint"}}' };

test.each<[lock: string, test: string, lint: string]>([
  ["package-lock.json", "npm test", "npm run lint"],
  ["pnpm-lock.yaml", "pnpm test", "pnpm lint"],
  ["yarn.lock", "yarn test", "yarn lint"],
  ["bun.lock", "bun run test", "bun run lint"],
  ["bun.lockb", "bun run test", "bun run lint"],
])("the test command is run by the tool of %s", (lock, testCommand, lint) => {
  expect(commandsOf([lock], scripts)).toEqual({ test: testCommand, lint });
});

test("packageManager selects the tool, and npm's placeholder is not a test command", () => {
  const chosen = { "package.json": '{"packageManager":"pnpm@9.1.0","scripts":{"build":"tsc"}}' };
  expect(commandsOf([], chosen)).toEqual({ build: "pnpm build" });
  const empty = { "package.json": '{"scripts":{"test":"echo \\"Error: no test specified\\" && exit 1"}}' };
  expect(commandsOf([], empty)).toEqual({});
});

test.each<[what: string, files: string[], texts: Record<string, string>, expected: Record<string, string>]>([
  [
    "Rust",
    ["Cargo.toml"],
    {},
    { test: "cargo test", build: "cargo build", lint: "cargo clippy", format: "cargo fmt" },
  ],
  [
    "Go",
    ["go.mod"],
    {},
    { test: "go test ./...", build: "go build ./...", lint: "go vet ./...", format: "go fmt ./..." },
  ],
  [
    "Go with targets of its own",
    ["go.mod", ".golangci.yml"],
    { Makefile: "VERSION := 1\ntest: generate\n\tgo test -race ./...\nbuild := x\n" },
    { test: "make test", build: "go build ./...", lint: "golangci-lint run", format: "go fmt ./..." },
  ],
  [
    "a task runner before the language's own",
    ["go.mod", "a.go"],
    {
      "Taskfile.yml":
        "version: '3'\nvars:\n  build: x\ntasks:\n  test:\n    cmd: go test\n  lint: { cmd: x }\n",
    },
    { test: "task test", build: "go build ./...", lint: "task lint", format: "go fmt ./..." },
  ],
  [
    "just",
    ["Cargo.toml", "a.rs"],
    { justfile: "set shell := ['sh']\ntest *args: build\n  cargo test\n@fmt:\n  x\nlint := 'x'\n" },
    { test: "just test", build: "cargo build", lint: "cargo clippy", format: "just fmt" },
  ],
  [
    "scripts of the project",
    ["pyproject.toml", "script/test", "scripts/lint.sh", "bin/other"],
    {},
    { test: "script/test", lint: "scripts/lint.sh" },
  ],
  [
    "make",
    [],
    { Makefile: ".PHONY: test\ntest check: all\nall:\n\tcc x.c\nlint::\n\tx\nfmt:\n\ty\n" },
    { lint: "make lint", format: "make fmt" },
  ],
  [
    "Python with uv and Ruff",
    ["uv.lock", "tests/test_a.py"],
    { "pyproject.toml": "[project]\nname = 'x'\n[tool.ruff]\nline-length = 100\n[tool.mypy]\n" },
    {
      test: "uv run pytest",
      lint: "uv run ruff check .",
      format: "uv run ruff format .",
      typecheck: "uv run mypy .",
    },
  ],
  [
    "Python with poetry",
    ["poetry.lock", "tests/test_a.py", "pyproject.toml"],
    {},
    { test: "poetry run pytest" },
  ],
  ["Python with tox", ["setup.py", "tox.ini", "test_a.py"], {}, { test: "tox" }],
  ["Django", ["manage.py", "requirements.txt"], {}, { test: "python manage.py test" }],
  ["Python without tests", ["setup.py", "a.py"], {}, {}],
  ["Maven", ["pom.xml", "mvnw"], {}, { test: "./mvnw test", build: "./mvnw package" }],
  ["Gradle", ["build.gradle.kts"], {}, { test: "gradle test", build: "gradle build" }],
  [
    "Gradle with its wrapper",
    ["build.gradle", "gradlew"],
    {},
    { test: "./gradlew test", build: "./gradlew build" },
  ],
  [
    "Composer",
    ["phpunit.xml"],
    { "composer.json": '{"scripts":{"lint":["phpcs"]}}' },
    { lint: "composer lint", test: "vendor/bin/phpunit" },
  ],
  [
    "RSpec",
    ["Gemfile", "spec/a_spec.rb", ".rubocop.yml"],
    {},
    { test: "bundle exec rspec", lint: "bundle exec rubocop" },
  ],
  ["Rake", ["Gemfile", "Rakefile"], {}, { test: "bundle exec rake test" }],
  [".NET", ["Shop.sln"], {}, { test: "dotnet test", build: "dotnet build", format: "dotnet format" }],
  ["Elixir", ["mix.exs"], {}, { test: "mix test", build: "mix compile", format: "mix format" }],
  [
    "CMake",
    ["CMakeLists.txt"],
    {},
    { test: "ctest --test-dir build", build: "cmake -B build && cmake --build build" },
  ],
  [
    "Deno",
    [],
    { "deno.json": '{"tasks":{"test":"deno test -A"}}' },
    { test: "deno task test", lint: "deno lint", format: "deno fmt" },
  ],
])("the test command is found of %s", (_, files, texts, expected) =>
  expect(commandsOf(files, texts)).toEqual(expected),
);

test("text in a manifest never becomes a command", () => {
  const evil = {
    "package.json": '{"scripts":{"test; rm -rf ~":"x","$(id)":"y","__proto__":"z"}}',
    Makefile: "test;id:\n",
  };
  expect(commandsOf([], evil)).toEqual({});
});
