import { expect, it } from "vitest";
import { reviewOf } from "../../src/views/review.ts";

const file = (path: string, added = 5, commits = 1, change = "changed") => ({
  path,
  added,
  removed: 0,
  commits,
  change,
});

it("the review list sorts risky files before large ones, and generated files last", () => {
  const { files } = reviewOf([
    file("package-lock.json", 5000),
    file("README.md", 40),
    file("src/list.ts", 300),
    file("src/auth/login.ts", 20),
    file("db/migrations/004_users.sql", 10),
    file(".github/workflows/ci.yml", 3),
    file("src/small.ts", 1),
  ]);
  expect(files.map((each) => each.path)).toEqual([
    "src/auth/login.ts",
    "src/list.ts",
    "db/migrations/004_users.sql",
    ".github/workflows/ci.yml",
    "README.md",
    "src/small.ts",
    "package-lock.json",
  ]);
  const why = new Map(files.map((each) => [each.path, each.why.join(", ")]));
  expect(why.get("src/auth/login.ts")).toBe("security");
  expect(why.get("src/list.ts")).toBe("large");
  expect(why.get("db/migrations/004_users.sql")).toBe("data");
  expect(why.get(".github/workflows/ci.yml")).toBe("build and deployment");
  expect(why.get("package-lock.json")).toBe("");
});

it("the review list takes files of .session/ for no risk, whatever their names", () => {
  const names = ["config.yaml", "decision-log.md", ".gitattributes"].map((each) => `.session/${each}`);
  const { files } = reviewOf([...names, "src/session.ts"].map((each) => file(each)));
  expect(files.map((each) => each.why)).toEqual([["security"], [], [], []]);
});

it("the review list names changed tests, and code without tests", () => {
  expect(reviewOf([file("src/a.ts"), file("test/a.test.ts")])).toMatchObject({
    tests: ["test/a.test.ts"],
    untested: false,
  });
  expect(reviewOf([file("src/a.ts")]).untested).toBe(true);
  expect(reviewOf([file("README.md")]).untested).toBe(false);
  expect(reviewOf([file("src/a.ts", 5, 1, "removed")]).untested).toBe(false);
});

it("the review list names eight files and counts the rest", () => {
  const { files, more } = reviewOf(Array.from({ length: 30 }, (_, at) => file(`src/${at}.ts`)));
  expect(files).toHaveLength(8);
  expect(more).toBe(22);
});
