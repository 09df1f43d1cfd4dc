/**
 * Parses test results in JUnit XML, as Surefire, Gradle, pytest, Jest, Vitest, Playwright, Go and other tools
 * write it.
 */
import { isCount, numberIn } from "./hits.ts";
import { type Tag, tagsOf } from "./xml.ts";

/** Number of tests by result. */
export interface TestResults {
  readonly passed: number;
  /** Number of tests that failed or had an error. */
  readonly failed: number;
  readonly skipped: number;
  /** Names of the first failing tests. */
  readonly failing: readonly string[];
}

/** Maximum failing tests to list by name. */
const NAMED = 20;
const MAX_NAME = 200;

/**
 * Parses a JUnit report. Returns undefined for other text, for a report without tests, and for an incomplete
 * report of an interrupted run. Never throws.
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
    depth = tag.depth;
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

/** Joins the results of several files. Returns undefined without results. */
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

/** Returns the totals in a report's root element, for a report that does not list its tests. */
function sums({ attribute }: Tag): TestResults | undefined {
  const of = (name: string) => numberIn(attribute(name)) ?? 0;
  const failed = of("failures") + of("errors");
  const skipped = of("skipped") + of("disabled");
  const passed = of("tests") - failed - skipped;
  return of("tests") > 0 && isCount(passed) ? { passed, failed, skipped, failing: [] } : undefined;
}

/** Returns `class › test`, or just the name if it begins with the class. */
function nameOf({ attribute }: Tag): string {
  const name = (attribute("name") ?? "").trim();
  const group = (attribute("classname") ?? "").trim();
  const whole = group === "" || name.startsWith(group) ? name : `${group} › ${name}`;
  return whole.length > MAX_NAME ? `${whole.slice(0, MAX_NAME - 1)}…` : whole || "a test without a name";
}
