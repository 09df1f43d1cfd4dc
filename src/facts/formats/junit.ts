/** Test results: JUnit XML, in the shapes that Surefire, Gradle, pytest, Jest, Vitest, Playwright, Go and others write. */
import { isCount, numberIn } from "./hits.ts";
import { type Tag, tagsOf } from "./xml.ts";

export interface TestResults {
  readonly passed: number;
  /** Failures and errors. */
  readonly failed: number;
  readonly skipped: number;
  /** The first ones, by name. */
  readonly failing: readonly string[];
}

/** As many failing tests are named. */
const NAMED = 20;
const MAX_NAME = 200;

/**
 * Undefined for anything that is no JUnit report, that knows no tests, or that is cut off: the run that wrote it did not
 * come to an end. Never throws.
 */
export function parseTests(text: string): TestResults | undefined {
  const counted = { passed: 0, failed: 0, skipped: 0 };
  const failing: string[] = [];
  let depth = 0;
  let isReport = false;
  let said: TestResults | undefined;
  let test: { name: string; result: keyof typeof counted } | undefined;
  const end = () => {
    if (!test) return;
    counted[test.result]++;
    if (test.result === "failed" && failing.length < NAMED) failing.push(test.name);
    test = undefined;
  };
  for (const tag of tagsOf(text)) {
    if (!isReport) {
      if (tag.name !== "testsuites" && tag.name !== "testsuite") return undefined;
      isReport = true;
      said = sums(tag);
    }
    if (tag.kind === "open") depth++;
    else if (tag.kind === "close") depth--;
    if (tag.name === "testcase") {
      end();
      if (tag.kind !== "close") test = { name: nameOf(tag), result: "passed" };
      if (tag.kind === "empty") end();
    } else if (test && tag.kind !== "close") {
      if (tag.name === "failure" || tag.name === "error") test.result = "failed";
      else if (tag.name === "skipped" && test.result === "passed") test.result = "skipped";
    }
  }
  if (!isReport || depth !== 0) return undefined;
  const all = counted.passed + counted.failed + counted.skipped;
  return all > 0 ? { ...counted, failing } : said;
}

/** Results of several files together. */
export function mergeTests(results: readonly TestResults[]): TestResults | undefined {
  if (results.length < 2) return results[0];
  const sum = (key: "passed" | "failed" | "skipped") => results.reduce((all, each) => all + each[key], 0);
  return {
    passed: sum("passed"),
    failed: sum("failed"),
    skipped: sum("skipped"),
    failing: results.flatMap((each) => each.failing).slice(0, NAMED),
  };
}

/** A report without tests of its own may still say how many there were. */
function sums({ attribute }: Tag): TestResults | undefined {
  const of = (name: string) => numberIn(attribute(name)) ?? 0;
  const failed = of("failures") + of("errors");
  const skipped = of("skipped") + of("disabled");
  const passed = of("tests") - failed - skipped;
  return of("tests") > 0 && isCount(passed) ? { passed, failed, skipped, failing: [] } : undefined;
}

/** `class › test`, where the test's name does not say the class itself. */
function nameOf({ attribute }: Tag): string {
  const name = (attribute("name") ?? "").trim();
  const group = (attribute("classname") ?? "").trim();
  const whole = group === "" || name.startsWith(group) ? name : `${group} › ${name}`;
  return whole.length > MAX_NAME ? `${whole.slice(0, MAX_NAME - 1)}…` : whole || "a test without a name";
}
