import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mergeTests, parseTests } from "../../src/facts/formats/junit.ts";

const SUREFIRE = `<?xml version="1.0" encoding="UTF-8"?>
<testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" name="org.example.CartTest" time="0.21" tests="5" errors="1" skipped="1" failures="1">
  <properties><property name="a" value="&lt;testcase/&gt;"/></properties>
  <testcase name="adds" classname="org.example.CartTest" time="0.01"/>
  <testcase name="removes" classname="org.example.CartTest" time="0.02">
    <failure message="expected: &lt;1&gt; but was: &lt;2&gt;" type="AssertionError"><![CDATA[at <testcase name="no"> ]]></failure>
    <system-out><![CDATA[<testcase name="printed"><failure/></testcase>]]></system-out>
  </testcase>
  <testcase name="breaks" classname="org.example.CartTest"><error type="NullPointerException">x</error></testcase>
  <testcase name="later" classname="org.example.CartTest"><skipped message="not yet"/></testcase>
  <testcase name="flaky" classname="org.example.CartTest"><flakyFailure message="once"/></testcase>
</testsuite>`;

const PYTEST = `<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="0" failures="1" skipped="0" tests="2" time="0.03" timestamp="2024-05-01T10:00:00">
<testcase classname="tests.test_cart" name="test_adds" time="0.001" /><testcase classname="tests.test_cart" name="test_sum[a&amp;b]" time="0.001"><failure message="assert 1 == 2">def test():</failure></testcase></testsuite></testsuites>`;

const VITEST = `<?xml version="1.0" encoding="UTF-8" ?>
<testsuites name="vitest tests" tests="2" failures="0" errors="0" time="0.5">
  <testsuite name="test/cart.test.ts" tests="2" failures="0" errors="0" skipped="0">
    <testcase classname="test/cart.test.ts" name="cart &gt; adds" time="0.002"></testcase>
    <testcase classname="test/cart.test.ts" name="cart &gt; later"><skipped/></testcase>
  </testsuite>
</testsuites>`;

const NESTED = `<testsuites><testsuite name="a"><testsuite name="b"><testcase name="one"/></testsuite><testcase name='two &#8250; 2'><failure/></testcase></testsuite></testsuites>`;

describe("the JUnit parser", () => {
  test.each([
    ["Surefire", SUREFIRE, { passed: 2, failed: 2, skipped: 1 }],
    ["pytest", PYTEST, { passed: 1, failed: 1, skipped: 0 }],
    ["Vitest", VITEST, { passed: 1, failed: 0, skipped: 1 }],
    ["suites in suites", NESTED, { passed: 1, failed: 1, skipped: 0 }],
    [
      "sums only",
      '<testsuites tests="4" failures="1" errors="1" disabled="1"/>',
      { passed: 1, failed: 2, skipped: 1 },
    ],
  ])("counts the tests in a report of %s", (_, text, counts) => {
    expect(parseTests(text)).toMatchObject(counts);
    expect(parseTests(`\uFEFF${text}`)).toMatchObject(counts);
  });

  test("names failing tests, with the class if the name lacks it", () => {
    expect(parseTests(SUREFIRE)?.failing).toEqual([
      "org.example.CartTest › removes",
      "org.example.CartTest › breaks",
    ]);
    expect(parseTests(PYTEST)?.failing).toEqual(["tests.test_cart › test_sum[a&b]"]);
    expect(parseTests(NESTED)?.failing).toEqual(["two › 2"]);
  });

  test("merges several files into one result, with a limited number of names", () => {
    const all = mergeTests([SUREFIRE, PYTEST].flatMap((text) => parseTests(text) ?? []));
    expect(all).toMatchObject({ passed: 3, failed: 3, skipped: 1 });
    expect(mergeTests([])).toBeUndefined();
    const many = `<testsuite>${'<testcase name="x"><failure/></testcase>'.repeat(50)}</testsuite>`;
    expect(parseTests(many)).toMatchObject({ failed: 50, failing: Array(20).fill("x") });
  });
});

describe("the JUnit parser, with unusual input,", () => {
  test.each([
    ["nothing", ""],
    ["text", "hello"],
    ["HTML", "<html><testsuite/></html>"],
    ["coverage", "<coverage><testcase/></coverage>"],
    ["a suite without tests", '<testsuites tests="0"></testsuites>'],
    ["more failures than tests", '<testsuite tests="1" failures="9"/>'],
    ["one that is cut off", PYTEST.slice(0, -30)],
    ["one that is cut off in a tag", SUREFIRE.slice(0, 400)],
    ["a comment that does not end", '<testsuite><!-- <testcase name="a"/></testsuite>'],
  ])("reads no result from %s", (_, text) => expect(parseTests(text)).toBeUndefined());

  test("expands no DTD entities, and counts DTD declarations as no tests", () => {
    const text = `<!DOCTYPE x [<!ENTITY a "&b;&b;"><!ENTITY b "<testcase/>">]><testsuite><testcase name="&a;"><failure/></testcase></testsuite>`;
    expect(parseTests(text)).toEqual({ passed: 0, failed: 1, skipped: 0, failing: ["&a;"] });
  });

  test("never throws, never counts below zero, and takes time linear in the length", () => {
    const part = fc.oneof(
      fc.constantFrom(
        "<testsuite>",
        "</testsuite>",
        "<testcase",
        ' name="a"',
        "/>",
        ">",
        "<failure/>",
        "<![CDATA[",
        "]]>",
        "<!--",
        "<!DOCTYPE x [",
        '"',
        SUREFIRE,
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const found = parseTests(parts.join(""));
        if (found)
          expect(found.passed >= 0 && found.failed >= found.failing.length && found.skipped >= 0).toBe(true);
      }),
    );
    for (const bad of ["<testsuite", '<testsuite a="', "<!--", "<![CDATA[", "<!DOCTYPE ["])
      parseTests(bad.repeat(50_000));
  });
});
