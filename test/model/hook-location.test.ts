import { expect, test } from "vitest";
import { calledElsewhere, callLine, choosePlace, type HookFacts } from "../../src/hooks/place-plan.ts";
import { HOOKS } from "../../src/hooks/plan.ts";

const facts = (some: Partial<HookFacts> = {}): HookFacts => ({
  version: [2, 39],
  folder: ".git/hooks",
  kind: "folder",
  where: "common",
  tracked: false,
  ignored: false,
  configured: new Map(),
  disabled: [],
  tree: new Map(),
  names: [],
  ...some,
});
const hooksPath = (value: string, scope = "local") => ({
  setting: { value, scope, origin: "file:.git/config" },
});
const tree = (files: Record<string, unknown>) => ({
  tree: new Map(
    Object.entries(files).map(([name, text]) => [
      name,
      typeof text === "string" ? text : JSON.stringify(text),
    ]),
  ),
});
const managerIn = (some: Partial<HookFacts>) => {
  const place = choosePlace(facts(some));
  return place.kind === "lines" ? place.lines.manager : place.kind;
};

test("hooks in git's own folder, existing or not, are files", () => {
  expect(choosePlace(facts())).toEqual({ kind: "files" });
  expect(choosePlace(facts({ kind: "absent" }))).toEqual({ kind: "files" });
});

test("hooks in core.hooksPath inside this clone are files", () => {
  const own = { ...hooksPath(".hooks"), where: "worktree" as const, ignored: true };
  expect(choosePlace(facts(own))).toEqual({ kind: "files" });
  expect(choosePlace(facts({ ...hooksPath(".git/my-hooks"), where: "common" }))).toEqual({ kind: "files" });
});

test("a shared hooks folder is not written to, with the reason", () => {
  const cases: [Partial<HookFacts>, string][] = [
    [{ ...hooksPath(".githooks"), where: "worktree", tracked: true }, "a folder that git tracks"],
    [{ ...hooksPath(".githooks"), where: "worktree" }, "neither tracks nor ignores"],
    [{ ...hooksPath("/srv/hooks"), where: "outside" }, "outside of this repository"],
    [{ ...hooksPath("~/hooks", "global"), where: "outside" }, "not only for this clone"],
    [{ ...hooksPath(".git/hooks", "system") }, "not only for this clone"],
    [{ ...hooksPath(".git/hooks", "worktree") }, "not only for this clone"],
    [{ ...hooksPath(".git/hooks", "command") }, "not only for this clone"],
    [{ kind: "link" }, "is a link"],
    [{ ...hooksPath(".git/hooks"), kind: "other" }, "which is not a folder"],
  ];
  for (const [some, why] of cases) {
    const place = choosePlace(facts(some));
    expect(place.kind, why).toBe("lines");
    expect(place.kind === "lines" && place.why).toContain(why);
    expect(place.kind === "lines" && place.lines.files.map((each) => each.hooks[0])).toEqual(HOOKS);
  }
});

test("hooks disabled by the user stay disabled, whatever git version", () => {
  for (const value of ["", "/dev/null", "NUL"])
    for (const version of [
      [2, 30],
      [2, 60],
    ] as const)
      expect(choosePlace(facts({ ...hooksPath(value, "global"), version })).kind).toBe("off");
});

test("with git 2.54 and newer hooks go into the configuration, whoever manages the folder", () => {
  for (const version of [
    [2, 54],
    [3, 0],
  ] as const) {
    expect(choosePlace(facts({ version })).kind).toBe("configuration");
    expect(choosePlace(facts({ version, ...hooksPath(".husky/_"), names: ["h"] })).kind).toBe(
      "configuration",
    );
  }
  expect(choosePlace(facts({ version: [2, 53] })).kind).toBe("files");
});

test("hook managers are recognized by their files", () => {
  expect(managerIn({ ...hooksPath(".husky/_"), names: ["h"], where: "worktree" })).toBe("husky");
  expect(managerIn(tree({ "package.json": { devDependencies: { husky: "^9" } } }))).toBe("husky");
  expect(
    managerIn(tree({ "package.json": { devDependencies: { husky: "^4" }, husky: { hooks: {} } } })),
  ).toBe("husky 4");
  expect(managerIn(tree({ ".huskyrc": "{}" }))).toBe("husky 4");
  expect(managerIn(tree({ "lefthook.yml": "" }))).toBe("lefthook");
  expect(managerIn(tree({ ".lefthook.toml": "" }))).toBe("lefthook");
  expect(managerIn(tree({ "package.json": { "simple-git-hooks": { "pre-commit": "x" } } }))).toBe(
    "simple-git-hooks",
  );
  expect(managerIn(tree({ ".simple-git-hooks.cjs": "module.exports = {}" }))).toBe("simple-git-hooks");
  expect(managerIn(tree({ ".overcommit.yml": "" }))).toBe("overcommit");
  expect(managerIn(tree({ "package.json": "not json" }))).toBe("files");
  expect(managerIn(tree({ "package.json": "[]" }))).toBe("files");
});

test("simple-git-hooks with preserveUnused needs no lines", () => {
  const settings = (value: object) =>
    tree({ "package.json": { "simple-git-hooks": { "pre-commit": "x", ...value } } });
  expect(managerIn(settings({ preserveUnused: true }))).toBe("files");
  expect(managerIn(settings({ preserveUnused: [...HOOKS] }))).toBe("files");
  expect(managerIn(settings({ preserveUnused: ["pre-push"] }))).toBe("simple-git-hooks");
  expect(managerIn(settings({ preserveUnused: true, "pre-push": "npm test" }))).toBe("simple-git-hooks");
  expect(managerIn(tree({ "simple-git-hooks.json": { preserveUnused: true } }))).toBe("files");
});

test("lines already present in a manager's files or hooks are found", () => {
  const found = (files: Record<string, string>) => calledElsewhere(tree(files), new Map());
  expect(found({ ".husky/pre-push": `npm test\n${callLine("pre-push")}\n` })).toEqual(["pre-push"]);
  expect(found({ "package.json": JSON.stringify({ a: callLine("commit-msg") }) })).toEqual(["commit-msg"]);
  expect(calledElsewhere(tree({}), new Map([["post-merge", callLine("post-merge")]]))).toEqual([
    "post-merge",
  ]);
  expect(found({ ".husky/pre-push": "npm test\n" })).toEqual([]);
});
