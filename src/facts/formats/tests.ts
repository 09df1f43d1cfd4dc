/** Recognizes code files, test files and the tests that a diff adds. */
import { type DiffLine, filesOfDiff } from "./diff.ts";

const CODE =
  /\.(bash|bats|c|cc|cjs|clj|cljs|cpp|cs|cts|cxx|dart|elm|erl|ex|exs|fs|go|groovy|h|hpp|hs|java|jl|js|jsx|kt|kts|lua|m|mjs|ml|mm|mts|nim|php|pl|pm|ps1|py|r|rb|rs|scala|sh|sql|svelte|swift|ts|tsx|vb|vue|zig)$/i;

const TEST_FOLDER =
  /(^|\/)(__tests__|tests?|specs?|e2e|cypress|[\w.]+\.tests?|(?:android|common|integration|js|jvm|unit)test)\//i;

/** File names of tests in any folder. */
const TEST_NAMES: readonly RegExp[] = [
  /(^|\/)tests?\.[cm]?[jt]sx?$/,
  /\.(test|spec|e2e|cy)\.[cm]?[jt]sx?$/,
  /(^|\/)(test_[^/]+|tests|conftest)\.py$/,
  /[^/](_test|_unittest)\.(c|cc|cpp|cxx|dart|exs?|go|[cm]?[jt]sx?|lua|php|py|rb|rs|sh)$/,
  /[^/][_.]spec\.(rb|lua|cr)$/,
  /(^|\/)test_[^/]+\.(c|cc|cpp|rb|sh|bash)$/,
  /[^/](Tests?|TestCase|Spec|Suite|[a-z]IT)\.(cs|fs|groovy|hs|java|kt|kts|php|scala|swift|vb)$/,
  /(^|\/)Test[A-Z]\w*\.(java|kt|groovy)$/,
  /\.Tests\.ps1$/,
  /\.(bats|t)$/,
  /^t\/[^/]+\.(sh|pl|pm)$/,
];

/** Returns whether a file holds source code, by its extension. */
export function isCodeFile(path: string): boolean {
  return CODE.test(path);
}

/** Returns whether a file contains tests or supports them, judging by its name or folder. */
export function isTestFile(path: string): boolean {
  return TEST_NAMES.some((pattern) => pattern.test(path)) || (isCodeFile(path) && TEST_FOLDER.test(path));
}

/**
 * Matches a line that is only a comment, by the language of its file. The last row matches all other
 * languages.
 */
const COMMENTS: readonly (readonly [files: RegExp, comment: RegExp])[] = [
  [/\.(bash|bats|exs?|jl|nim|p[lm]|ps1|py|rb?|sh|t)$/i, /^\s*#(?!!)/],
  [/\.(elm|hs|lua|sql)$/i, /^\s*--/],
  [/\.clj[cs]?$/i, /^\s*;/],
  [/\.erl$/i, /^\s*%/],
  [/./, /^\s*(?:\/\/|(?:\/\*|\*(?=[\s/]|$))(?!.*\*\/\s*\S)|<!--(?!.*-->\s*\S))/],
];

/** Returns whether a line is only a comment, by the language of its file. */
export function isCommentLine(path: string, line: string): boolean {
  return COMMENTS.find(([files]) => files.test(path))?.[1].test(line) ?? false;
}

/**
 * Matches the first line of a test, by the language of its file. Disabled tests (`it.skip`, `xit`) do not
 * count.
 */
const TESTS: readonly (readonly [files: RegExp, start: RegExp])[] = [
  [
    /\.([cm]?[jt]sx?|vue|svelte)$/,
    /^\s*(?:await\s+|void\s+)?(?:it|test|specify|(?:t|Deno|QUnit)\.test)(?:\.(?:only|concurrent|each|fails|failing|for|prop|runIf|sequential|skipIf))*\s*[(`<]/,
  ],
  [/\.py$/, /^\s*(?:async\s+)?def\s+test\w*\s*[([]/],
  [/\.go$/, /^func\s+(?:\([^)]*\)\s*)?(?!TestMain\b)(?:Test|Fuzz|Example)(?![a-z])\w*\s*\(/],
  [/\.rs$/, /^\s*#\[(?:(?:\w+::)*(?:test|wasm_bindgen_test)|rstest|test_case|quickcheck)(?:\(.*\))?\]/],
  [
    /\.(java|kt|kts|scala|groovy)$/,
    /^\s*@(?:[\w.]+\.)?(?:Test|ParameterizedTest|RepeatedTest|TestFactory|Property)\b|^\s*(?:test|it)\(\s*"|^\s*def\s+["']/,
  ],
  [/\.(cs|fs|vb)$/, /^\s*[[<]<?(?:Fact|Theory|Test|TestCase|TestMethod|DataTestMethod)\b/],
  [/\.rb$/, /^\s*(?:(?:it|test|specify|example|scenario)\s*[("'{]|def\s+test_)/],
  [
    /\.php$/,
    /^\s*(?:(?:public|final|static)\s+)*function\s+test\w*\s*\(|^\s*(?:it|test)\s*\(|^\s*#\[(?:[\w\\]+\\)?Test\b|^\s*\/?\*+\s*@test\b/,
  ],
  [/\.swift$/, /^\s*(?:(?:@\w+|public|override|final)\s+)*func\s+test\w*\s*\(|^\s*@Test\b/],
  [/\.exs?$/, /^\s*(?:test|property)[\s(]\s*"/],
  [/\.bats$/, /^\s*@test\s/],
  [
    /\.(c|cc|cpp|cxx|mm)$/,
    /^\s*(?:TYPED_)?TEST(?:_F|_P|_CASE|_METHOD)?\s*\(|^\s*(?:SCENARIO|START_TEST|BOOST_AUTO_TEST_CASE)\s*\(/,
  ],
  [/\.dart$/, /^\s*(?:test|testWidgets)\s*\(/],
  [/\.(sh|bash|t|pl)$/, /^\s*(?:test_expect_success\b|subtest\b|(?:function\s+)?test\w*\s*\(\))/],
  [/\.clj[cs]?$/, /^\s*\(deftest\b/],
  [/\.(lua|hs)$/, /^\s*(?:it|prop)\s*\(?\s*["']/],
  [/\.r$/i, /^\s*test_that\s*\(/],
  [/\.jl$/, /^\s*@testset\b/],
];

/** Maximum characters of a line to search: a test begins at the start of its line. */
const MAX_START = 300;

/**
 * Counts the tests that a unified diff adds and removes, by the syntax of each language. A test that only
 * moved within its file, or changed its indent, does not count.
 */
export function testsInDiff(diff: string): { added: number; removed: number } {
  let added = 0;
  let removed = 0;
  for (const file of filesOfDiff(diff)) {
    // Rust keeps unit tests in the source files.
    if (!isTestFile(file.path) && !file.path.endsWith(".rs")) continue;
    const start = TESTS.find(([files]) => files.test(file.path))?.[1];
    if (!start) continue;
    const gone = startsIn(file.removed, start);
    for (const [text, count] of startsIn(file.added, start)) {
      const moved = Math.min(count, gone.get(text) ?? 0);
      gone.set(text, (gone.get(text) ?? 0) - moved);
      added += count - moved;
    }
    for (const count of gone.values()) removed += count;
  }
  return { added, removed };
}

/** Counts lines that begin a test, by their text. */
function startsIn(lines: readonly DiffLine[], start: RegExp): Map<string, number> {
  const found = new Map<string, number>();
  for (const { text } of lines) {
    const head = text.slice(0, MAX_START);
    if (start.test(head)) found.set(head.trim(), (found.get(head.trim()) ?? 0) + 1);
  }
  return found;
}
