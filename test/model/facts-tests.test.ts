import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isCodeFile, isTestFile, testsInDiff } from "../../src/facts/formats/tests.ts";

/** A diff of one file: lines with `-` are removed, all others are added. */
function diffOf(file: string, lines: readonly string[]): string {
  const removed = lines.filter((each) => each.startsWith("-"));
  const added = lines.filter((each) => !each.startsWith("-")).map((each) => `+${each}`);
  return [
    `diff --git a/${file} b/${file}`,
    `--- a/${file}`,
    `+++ b/${file}`,
    `@@ -1,${removed.length} +1,${added.length} @@`,
    ...removed,
    ...added,
    "",
  ].join("\n");
}

const count = (file: string, ...lines: string[]) => testsInDiff(diffOf(file, lines));

test.each([
  "src/auth.test.ts",
  "src/auth.spec.tsx",
  "src/__tests__/auth.js",
  "test/support/clock.mjs",
  "test.js",
  "cypress/e2e/login.cy.ts",
  "lib/auth_test.ts",
  "tests/test_auth.py",
  "shop/tests.py",
  "conftest.py",
  "auth/auth_test.go",
  "tests/api.rs",
  "src/test/java/com/acme/Fixture.java",
  "src/main/java/com/acme/AuthTest.java",
  "app/src/androidTest/kotlin/Screen.kt",
  "Shop.Tests/Clock.cs",
  "Shop/AuthTests.cs",
  "spec/models/user_spec.rb",
  "test/user_test.exs",
  "tests/AuthTest.php",
  "Tests/AuthTests/AuthTests.swift",
  "test/cli.bats",
  "t/t0001-init.sh",
  "t/basic.t",
])("%s is a test file", (path) => expect(isTestFile(path)).toBe(true));

test.each([
  "src/auth.ts",
  "src/contest.ts",
  "src/latest.js",
  "src/attest/index.ts",
  "src/Contest.java",
  "src/AUDIT.java",
  "src/t/translate.ts",
  "auth/testing.go",
  "test/README.md",
  "test/fixtures/page.html",
  "docs/test.md",
  "",
])("%s is not a test file", (path) => expect(isTestFile(path)).toBe(false));

test("code files are distinguished from other files", () => {
  for (const path of ["a.ts", "a.tsx", "a.py", "src/a.RS", "a.vue", "x.test.sh", "a.cs"])
    expect(isCodeFile(path), path).toBe(true);
  for (const path of ["a.md", "a.json", "Makefile", "a.ts.snap", "ts", "", "a.lock", "img.svg"])
    expect(isCodeFile(path), path).toBe(false);
});

describe("counts tests in each language", () => {
  test.each<[file: string, tests: number, lines: string[]]>([
    [
      "src/a.test.ts",
      9,
      [
        'describe("auth", () => {',
        '  it("logs in", async () => {',
        "  test('logs out', () => {",
        "  it.each([1, 2])(`adds %i`, (n) => {",
        "  test.each`",
        '  it.only("one", () => {});',
        '  test.concurrent.only("two", async () => {});',
        '  test.skipIf(windows)("three", () => {});',
        '  await t.test("a subtest", () => {});',
        'Deno.test("four", () => {});',
        '  it.skip("off", () => {});',
        '  test.todo("later");',
        '  test.describe("group", () => {});',
        '  // it("is a comment", () => {});',
        "  submit(() => {});",
        "  pattern.test(text);",
        "  testify(1);",
      ],
    ],
    [
      "tests/test_a.py",
      4,
      [
        "def test_a():",
        "    async def test_b(self):",
        "    def testUnit(self):",
        "def test_c[T](x):",
        "def helper():",
        "# def test_no():",
        "x = test_a()",
      ],
    ],
    [
      "a_test.go",
      4,
      [
        "func TestA(t *testing.T) {",
        "func Test_b(t *testing.T) {",
        "func (s *Suite) TestC() {",
        "func FuzzD(f *testing.F) {",
        "func TestMain(m *testing.M) {",
        "func Testify() {",
        "func BenchmarkE(b *testing.B) {",
      ],
    ],
    [
      "src/lib.rs",
      5,
      [
        "    #[test]",
        "#[tokio::test]",
        '#[tokio::test(flavor = "multi_thread")]',
        "#[rstest]",
        "#[test_case(1)]",
        "#[cfg(test)]",
        "// #[test]",
      ],
    ],
    [
      "src/test/java/ATest.java",
      4,
      [
        "    @Test",
        "    @ParameterizedTest",
        "  @Test void one() {",
        "  @org.junit.Test(expected = Oops.class)",
        "  @TestInstance(PER_CLASS)",
        "  // @Test",
        "  void helper() {",
      ],
    ],
    ["src/test/kotlin/ATest.kt", 2, ["    @Test", "    @RepeatedTest(3)", "    fun a() {"]],
    ["src/test/groovy/ASpec.groovy", 1, ['    def "adds two numbers"() {']],
    [
      "test/a_spec.rb",
      5,
      [
        '  it "logs in" do',
        "  it { is_expected.to be_valid }",
        '  test "the truth" do',
        "  def test_login",
        "  specify('x') do",
        "  item = 1",
      ],
    ],
    [
      "A.Tests/ATests.cs",
      5,
      [
        "    [Fact]",
        "    [Theory]",
        "    [Test]",
        "    [TestMethod]",
        '    [Fact(DisplayName = "x")]',
        "    [TestClass]",
        "    [InlineData(1)]",
      ],
    ],
    [
      "tests/ATest.php",
      4,
      [
        "    public function testLogin(): void",
        "    #[Test]",
        "     * @test",
        "it('logs in', function () {",
        "    private function tester",
      ],
    ],
    [
      "Tests/ATests/ATests.swift",
      2,
      ["    func testLogin() throws {", '    @Test("logs in") func login() {', "    func helper() {"],
    ],
    ["test/a_test.exs", 2, ['  test "logs in" do', '  property "adds" do', '  describe "x" do']],
    ["test/a.bats", 1, ['@test "logs in" {', "setup() {"]],
    ["t/t0001-init.sh", 2, ["test_expect_success 'init' '", "test_login() {", "test -f x"]],
    ["test/a_test.cc", 3, ["TEST(A, B) {", "TEST_F(A, B) {", 'TEST_CASE("x") {', "TESTING(x)"]],
    ["test/a_test.dart", 1, ["  test('x', () {"]],
  ])("%s: %i", (file, tests, lines) => {
    expect(count(file, ...lines)).toEqual({ added: tests, removed: 0 });
    expect(count(file, ...lines.map((each) => `-${each}`))).toEqual({ added: 0, removed: tests });
  });
});

test("a test moved or indented within its file is not counted", () => {
  expect(count("a.test.ts", '-it("a", () => {', '-it("b", () => {', '  it("a", () => {')).toEqual({
    added: 0,
    removed: 1,
  });
  expect(count("a.test.ts", '-it("a", () => {', 'it("a", () => {', 'it("a", () => {')).toEqual({
    added: 1,
    removed: 0,
  });
});

test("a test moved to another file counts as removed and added, zero in sum", () => {
  const diff = diffOf("a.test.ts", ['-it("a", () => {']) + diffOf("b.test.ts", ['it("a", () => {']);
  expect(testsInDiff(diff)).toEqual({ added: 1, removed: 1 });
});

test("tests are counted in test files only, but in Rust in any file", () => {
  expect(count("src/a.ts", 'it("looks like one", () => {')).toEqual({ added: 0, removed: 0 });
  expect(count("docs/testing.md", 'it("an example", () => {')).toEqual({ added: 0, removed: 0 });
  expect(count("src/main.rs", "#[test]")).toEqual({ added: 1, removed: 0 });
});

test("tests in quoted and renamed files are counted", () => {
  const diff = `diff --git a/test/a.test.ts "b/test/\\303\\274.test.ts"
similarity index 90%
rename from test/a.test.ts
rename to "test/\\303\\274.test.ts"
--- a/test/a.test.ts
+++ "b/test/\\303\\274.test.ts"
@@ -4,0 +5 @@
+  it("is new", () => {
`;
  expect(testsInDiff(diff)).toEqual({ added: 1, removed: 0 });
});

test("counting tests never throws or goes below zero, for any lines", () => {
  const file = fc.constantFrom("a.test.ts", "test_a.py", "a.rs", "ATest.php", "t/a.t", "x.bats");
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom('it("x"', "-#[test]", "#[test]", "@test x", "def test_x("),
  );
  fc.assert(
    fc.property(file, fc.array(line), (name, lines) => {
      const { added, removed } = count(name, ...lines.map((each) => each.replaceAll("\n", " ")));
      expect(added >= 0 && removed >= 0 && added + removed <= lines.length).toBe(true);
    }),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(testsInDiff(text)).toEqual({ added: 0, removed: 0 });
    }),
  );
});
