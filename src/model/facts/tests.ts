/** Which files are tests, and how many tests a diff adds. */
import { filesOfDiff } from "./diff.ts";

const CODE =
  /\.(c|cc|cpp|cs|cxx|clj|cljs|dart|erl|ex|exs|fs|go|h|hpp|hs|java|jl|js|jsx|cjs|mjs|kt|kts|lua|m|ml|mm|php|pl|pm|py|r|rb|rs|scala|sh|bash|bats|sql|svelte|swift|ts|tsx|cts|mts|vue|zig)$/i;

const TEST_FOLDER = /(^|\/)(__tests__|tests?|specs?|e2e|t)\//i;
const TEST_NAME =
  /(^|\/)(test_[^/]+\.py|[^/]+_test\.(go|py|rb|exs?|c|cc|cpp|dart)|[^/]+_spec\.rb|[^/]+\.(test|spec|e2e|cy)\.[cm]?[jt]sx?|[^/]+(Tests?|Spec|IT)\.(java|kt|kts|cs|scala|swift|php|groovy)|[^/]+\.bats|[^/]+\.t|conftest\.py)$/;

export function isCodeFile(path: string): boolean {
  return CODE.test(path);
}

export function isTestFile(path: string): boolean {
  return TEST_NAME.test(path) || (TEST_FOLDER.test(path) && (isCodeFile(path) || path.endsWith(".t")));
}

/** How a test begins, by the language of its file. */
const TESTS: readonly (readonly [RegExp, RegExp])[] = [
  [
    /\.[cm]?[jt]sx?$|\.vue$|\.svelte$/,
    /^\s*(?:await\s+)?(?:it|test|specify)(?:\.(?:only|concurrent|fails|each|for|prop|sequential|failing))*\s*[(`<]/,
  ],
  [/\.py$/, /^\s*(?:async\s+)?def\s+test\w*\s*\(/],
  [/\.go$/, /^func\s+(?:Test|Fuzz|Example)[A-Z_\d]\w*\s*\(/],
  [/\.rs$/, /^\s*#\[(?:[\w:]+::)?test(?:\(.*\))?\]/],
  [/\.(?:java|kt|kts|scala|groovy)$/, /^\s*@(?:Test|ParameterizedTest|RepeatedTest|TestFactory|Property)\b/],
  [/\.cs$/, /^\s*\[(?:Fact|Theory|Test|TestCase|TestMethod)\b/],
  [/\.rb$/, /^\s*(?:(?:it|test|specify|scenario)\s*[("']|def\s+test_)/],
  [/\.php$/, /^\s*(?:public\s+)?function\s+test\w*\s*\(|^\s*(?:it|test)\s*\(|^\s*#\[Test\]/],
  [/\.swift$/, /^\s*func\s+test\w*\s*\(|^\s*@Test\b/],
  [/\.exs?$/, /^\s*(?:test|property)\s+"/],
  [/\.bats$/, /^\s*@test\s/],
  [/\.(?:c|cc|cpp|cxx)$/, /^\s*(?:TEST|TEST_F|TEST_P|TEST_CASE|SCENARIO)\s*\(/],
  [/\.dart$/, /^\s*(?:test|testWidgets)\s*\(/],
  [/\.(?:sh|bash|t)$/, /^\s*(?:test_expect_success|test_\w+\s*\(\))/],
];

/** Tests that a unified diff adds and removes; one that only moved within its file counts as neither. */
export function testsInDiff(diff: string): { added: number; removed: number } {
  let added = 0;
  let removed = 0;
  for (const file of filesOfDiff(diff)) {
    // Rust keeps unit tests beside the code.
    if (!isTestFile(file.path) && !file.path.endsWith(".rs")) continue;
    const pattern = TESTS.find(([language]) => language.test(file.path))?.[1];
    if (!pattern) continue;
    const count = (lines: typeof file.added) =>
      lines.filter((each) => pattern.test(each.text.slice(0, 500))).length;
    const net = count(file.added) - count(file.removed);
    if (net > 0) added += net;
    else removed -= net;
  }
  return { added, removed };
}
