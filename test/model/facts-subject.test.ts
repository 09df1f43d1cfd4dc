import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  commitType,
  countTypes,
  proposeSubject,
  type SubjectInput,
} from "../../src/facts/formats/subject.ts";

type Change = SubjectInput["files"][number]["change"];

/** `+a` is added, `-a` removed, `>a` renamed, `a` changed. */
function files(...paths: string[]): SubjectInput["files"] {
  const changes: Record<string, Change> = { "+": "added", "-": "removed", ">": "renamed" };
  return paths.map((each) => {
    const change = changes[each.charAt(0)];
    return change ? { path: each.slice(1), change } : { path: each, change: "changed" };
  });
}

const propose = (words: { label?: string; objective?: string }, ...paths: string[]) =>
  proposeSubject({ ...words, files: files(...paths) });

describe("proposes a subject", () => {
  test.each<[subject: string, words: { label?: string; objective?: string }, paths: string[]]>([
    [
      "feat(auth): oauth complete",
      { label: "oauth-complete", objective: "Google OAuth" },
      ["+src/auth/oauth.ts", "test/auth.test.ts"],
    ],
    ["feat(auth): google OAuth", { objective: "Google OAuth" }, ["src/auth/login.ts"]],
    ["feat: add oauth-provider.ts", {}, ["+oauth-provider.ts"]],
    ["chore(auth): update 3 files in src/auth", {}, ["src/auth/a.ts", "src/auth/b.ts", "src/auth/deep/c.ts"]],
    ["chore: update 2 files", {}, ["a.ts", "src/b.ts"]],
    ["chore(auth): remove a.ts", {}, ["-src/auth/a.ts"]],
    ["refactor(auth): move 2 files in src/auth", {}, [">src/auth/a.ts", ">src/auth/b.ts"]],
    ["refactor: extract the parser", { objective: "Extract the parser" }, ["+src/parser.ts"]],
    [
      "test(auth): refresh tokens",
      { objective: "Refresh tokens" },
      ["+test/auth/a.test.ts", "test/auth/data.json"],
    ],
    ["docs: say more", { label: "say more" }, ["README.md", "docs/conf.py", "LICENSE"]],
    ["ci: update release.yml", {}, [".github/workflows/release.yml"]],
    ["build: update 2 files", {}, ["package.json", "package-lock.json"]],
    ["build: update requirements.txt", {}, ["requirements.txt"]],
    ["docs(session): record decisions", { objective: "Google OAuth" }, [".session/decision-log.md"]],
    ["docs(session): update config.yaml", {}, [".session/config.yaml"]],
    ["docs(session): our words", { label: "our-words" }, [".session/conventions.md", ".session/config.yaml"]],
    ["feat: login", { objective: "Login" }, [".session/decision-log.md", "+login.ts"]],
    ["chore: record progress", {}, []],
    ["chore: a pause", { label: "a-pause" }, []],
    ["chore: tidy", { label: "tidy" }, ["biome.json"]],
  ])("%s", (subject, words, paths) => expect(propose(words, ...paths)).toBe(subject));

  test("of type fix if label or objective begins so, without repeating the word", () => {
    expect(propose({ label: "fix-login-redirect" }, "src/auth/a.ts")).toBe("fix(auth): login redirect");
    expect(propose({ objective: "Fix the login" }, "+src/auth/a.ts")).toBe("fix(auth): the login");
    expect(propose({ objective: "Bug 42: crash" }, "src/a.ts")).toBe("fix: bug 42: crash");
    expect(propose({ label: "fix" }, "src/a.ts")).toBe("fix: fix");
    expect(propose({ objective: "Fixture loader" }, "src/a.ts")).toBe("feat: fixture loader");
  });

  test("equal to the label if that is a conventional subject", () => {
    expect(propose({ objective: "perf(db): cache the plan" }, "src/db/a.ts")).toBe(
      "perf(db): cache the plan",
    );
    expect(propose({ label: "fix: crash" }, "src/a.ts")).toBe("fix: crash");
  });
});

describe("the proposed scope", () => {
  test.each([
    ["auth", ["src/auth/a.ts", "src/auth/deep/b.ts"]],
    ["auth", ["src/auth/a.ts", "README.md", "package.json", "test/a.test.ts"]],
    ["web", ["packages/web/src/a.ts", "packages/web/lib/b.ts"]],
    ["store", ["internal/store/a.go"]],
    ["shop", ["backend/src/shop/a.py"]],
    [undefined, ["src/auth/a.ts", "src/api/b.ts"]],
    [undefined, ["src/auth/a.ts", "src/b.ts"]],
    [undefined, ["src/main/java/org/example/A.java"]],
    [undefined, ["a.ts"]],
  ])("is %s for the files %j", (scope, paths) => {
    expect(/\((.*?)\):/.exec(propose({ label: "x" }, ...paths))?.[1]).toBe(scope);
  });
});

describe("the proposed text", () => {
  const text = (objective: string) => propose({ objective }, "+a.ts").replace("feat: ", "");

  test.each([
    ["Login page.", "login page"],
    ["OAuth login", "OAuth login"],
    ["API keys", "API keys"],
    ["I18n of the shop", "I18n of the shop"],
    ["Über alles", "über alles"],
    ["  many\n spaces\t", "many spaces"],
    ["with\u0000\u001b[31mcontrol", "with [31mcontrol"],
    ["日本語", "日本語"],
  ])("%j becomes %j", (objective, expected) => expect(text(objective)).toBe(expected));

  test("comes from the objective if the label has no words", () => {
    expect(propose({ label: "--_-", objective: "Login" }, "+a.ts")).toBe("feat: login");
  });

  test("is cut at a word, to 72 characters with the type", () => {
    expect(propose({ objective: `${"word ".repeat(30)}` }, "+a.ts")).toBe(
      `feat: ${"word ".repeat(13).trim()}…`,
    );
    expect(propose({ objective: `${"longer ".repeat(30)}` }, "+a.ts")).toBe(
      `feat: ${"longer ".repeat(9).trim()}…`,
    );
    expect(propose({ objective: "x".repeat(100) }, "+a.ts")).toBe(`feat: ${"x".repeat(65)}…`);
  });

  test("stays one line for a name with a newline", () => {
    expect(propose({}, "+odd\nname.ts")).toBe("feat: add odd name.ts");
  });
});

test("a proposed subject is one line of at most 72 characters with a usual type for any input, and stable", () => {
  const change = fc.constantFrom<Change>("added", "changed", "removed", "renamed");
  const file = fc.record({
    path: fc.oneof(fc.string(), fc.constantFrom("src/a/b.ts", ".session/x", "README.md")),
    change,
  });
  const words = fc.string({ unit: "grapheme", maxLength: 200 });
  fc.assert(
    fc.property(words, words, fc.array(file, { maxLength: 5 }), (label, objective, changed) => {
      const subject = proposeSubject({ label, objective, files: changed });
      expect([...subject].length).toBeLessThanOrEqual(72);
      expect(subject).toMatch(/^[a-z]+(\([\w-]+\))?: \S/);
      expect(subject).not.toMatch(/[\n\r\0]/);
      expect(commitType(subject)).not.toBe("other");
      expect(proposeSubject({ label, objective, files: changed })).toBe(subject);
    }),
  );
});

test.each([
  ["feat: x", "feat"],
  ["feat!: x", "feat"],
  ["feat(auth)!: x", "feat"],
  ["fix(a/b, c): x", "fix"],
  ["Docs: x", "docs"],
  ["feat:x", "other"],
  ["feat: ", "other"],
  ["feat (auth): x", "other"],
  ["auth: x", "other"],
  ["fixup! feat: x", "other"],
  ["Merge branch 'feat: x'", "other"],
  ["constructor: x", "other"],
  ["", "other"],
])("the commit type of %j is %s", (subject, type) => expect(commitType(subject)).toBe(type));

test("commit types are counted, the most frequent first, then by name", () => {
  expect(countTypes(["feat: a", "test: b", "feat(x): c", "feat!: d", "test: e", "feat: f"])).toBe(
    "4 feat, 2 test",
  );
  expect(countTypes(["x", "fix: a", "docs: b"])).toBe("1 docs, 1 fix, 1 other");
  expect(countTypes([])).toBe("");
});
