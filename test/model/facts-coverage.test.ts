import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mergeCoverage, newCodeCoverage, parseCoverage } from "../../src/facts/formats/coverage.ts";

const ISTANBUL_SUMMARY = JSON.stringify({
  total: { lines: { total: 200, covered: 168, skipped: 0, pct: 84 }, statements: { total: 9, covered: 1 } },
  "/home/ci/shop/src/a.ts": { lines: { total: 200, covered: 168, pct: 84 } },
});

const ISTANBUL_FINAL = JSON.stringify({
  "/home/ci/shop/src/a.ts": {
    path: "/home/ci/shop/src/a.ts",
    statementMap: {
      "0": { start: { line: 1, column: 0 }, end: { line: 1, column: 20 } },
      "1": { start: { line: 2, column: 2 }, end: { line: 2, column: 9 } },
      "2": { start: { line: 2, column: 10 }, end: { line: 4, column: 1 } },
      "3": { start: { line: 5, column: 0 }, end: { line: 5, column: 5 } },
    },
    s: { "0": 3, "1": 0, "2": 7, "3": 0 },
    fnMap: {},
    f: {},
    branchMap: {},
    b: {},
  },
});

const LCOV = `TN:
SF:src/a.ts
FN:1,login
DA:1,3
DA:2,0
LF:2
LH:1
end_of_record
SF:src\\b.ts\r
DA:7,1,checksum\r
DA:8,0\r
end_of_record
`;

const COBERTURA = `<?xml version="1.0" ?>
<!DOCTYPE coverage SYSTEM "http://example.org/coverage-04.dtd">
<coverage line-rate="0.5" lines-valid="4" lines-covered="2" timestamp="1">
  <sources><source>/home/ci/shop/src</source></sources>
  <packages><package name="."><classes>
    <class name="A" filename="auth/a&amp;b.py" line-rate="0.5">
      <methods><method name="f" signature="()"><lines><line number="1" hits="1"/></lines></method></methods>
      <lines><line number="1" hits="1"/><line number="2" hits="0" branch="true"/></lines>
    </class>
    <class name="B" filename="__init__.py"><lines><line hits="4" number="1"/><line number="2" hits="0"/></lines></class>
  </classes></package></packages>
</coverage>`;

const JACOCO = `<?xml version="1.0"?><!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd">
<report name="shop"><group name="core"><package name="org/example/shop">
<class name="org/example/shop/Cart" sourcefilename="Cart.java"><method name="&lt;init&gt;" desc="()V" line="3"/></class>
<sourcefile name="Cart.java"><line nr="3" mi="0" ci="3" mb="0" cb="0"/><line nr="4" mi="2" ci="0" mb="0" cb="0"/>
<line nr="5" mi="1" ci="2" mb="1" cb="1"/><counter type="LINE" missed="1" covered="2"/></sourcefile>
</package></group></report>`;

const GO = `mode: set
example.org/shop/auth/login.go:10.30,12.2 2 1
example.org/shop/auth/login.go:12.2,14.3 1 0
example.org/shop/main.go:3.13,3.40 1 0
`;

describe("the coverage parser", () => {
  test.each([
    ["coverage/coverage-summary.json", ISTANBUL_SUMMARY, 168, 200],
    ["coverage/coverage-final.json", ISTANBUL_FINAL, 2, 3],
    ["coverage/lcov.info", LCOV, 2, 4],
    ["coverage.xml", COBERTURA, 2, 4],
    ["target/site/jacoco/jacoco.xml", JACOCO, 2, 3],
    ["coverage.out", GO, 3, 6],
  ])("reads the line coverage of %s", (path, text, covered, total) => {
    expect(parseCoverage(path, text)).toMatchObject({ covered, total, percent: (100 * covered) / total });
  });

  test("recognizes a format by content, whatever the file name, with or without a byte order mark", () => {
    expect(parseCoverage("report", ISTANBUL_SUMMARY)?.percent).toBe(84);
    expect(parseCoverage("report", `\uFEFF${COBERTURA}`)?.total).toBe(4);
    expect(parseCoverage("x.json", `\uFEFF${ISTANBUL_SUMMARY}`)?.percent).toBe(84);
  });

  test("reads hits per line, of repeated lines the highest", () => {
    const files = parseCoverage("coverage-final.json", ISTANBUL_FINAL)?.files;
    expect(files?.get("/home/ci/shop/src/a.ts")).toEqual(
      new Map([
        [1, 3],
        [2, 7],
        [5, 0],
      ]),
    );
    expect(parseCoverage("x", LCOV)?.files.get("src/b.ts")).toEqual(
      new Map([
        [7, 1],
        [8, 0],
      ]),
    );
    expect(parseCoverage("x", ISTANBUL_SUMMARY)?.files.size).toBe(0);
  });

  test("keeps the path of a file outside of the source folders", () => {
    const text =
      '<coverage><sources><source>/s</source></sources><class filename="/x/a.py"><line number="1" hits="1"/></class></coverage>';
    expect([...(parseCoverage("x", text)?.files.keys() ?? [])]).toEqual(["/x/a.py"]);
  });
});

describe("coverage reports without lines", () => {
  test.each([
    ["lcov with sums only", "SF:a\nLF:10\nLH:7\nend_of_record\nSF:b\nLF:10\nLH:1\nend_of_record\n", 8, 20],
    ["Cobertura with sums only", '<coverage line-rate="0.5" lines-covered="3" lines-valid="6"/>', 3, 6],
    [
      "JaCoCo without debug symbols",
      '<report name="x"><package name="p"><class name="p/A"><counter type="LINE" missed="9" covered="9"/></class></package><counter type="INSTRUCTION" missed="1" covered="1"/><counter type="LINE" missed="1" covered="3"/></report>',
      3,
      4,
    ],
  ])("count as a whole: %s", (_, text, covered, total) => {
    expect(parseCoverage("x", text)).toEqual({
      percent: (100 * covered) / total,
      covered,
      total,
      files: new Map(),
    });
  });

  test("count lines if there are any, whatever the totals are", () => {
    expect(parseCoverage("x", `${LCOV}SF:c\nLF:100\nLH:100\nend_of_record\n`)).toMatchObject({
      covered: 2,
      total: 4,
    });
    expect(parseCoverage("x", '<coverage lines-covered="9" lines-valid="6"/>')).toBeUndefined();
  });
});

test("coverage tags are read as XML: both quotes, > in a value, no comments and no CDATA", () => {
  const text = `<!-- <line number="9" hits="9"/> --><coverage><class name="A>B" filename='a.py'>
    <line number='1' hits='1'/><line hits="0" number="2"/><![CDATA[<line number="3" hits="1"/>]]></class></coverage>`;
  expect(parseCoverage("x", text)).toMatchObject({ covered: 1, total: 2 });
});

describe("merging several coverage reports", () => {
  const of = (...texts: string[]) => mergeCoverage(texts.flatMap((text) => parseCoverage("x", text) ?? []));

  test("adds packages up, and counts a shared line once", () => {
    expect(of("SF:a\nDA:1,1\nDA:2,0\nend_of_record\n", "SF:b\nDA:1,1\nend_of_record\n")).toMatchObject({
      covered: 2,
      total: 3,
    });
    expect(
      of("SF:a\nDA:1,1\nDA:2,0\nend_of_record\n", "SF:a\nDA:1,0\nDA:2,5\nend_of_record\n"),
    ).toMatchObject({ covered: 2, total: 2 });
    expect(of(ISTANBUL_SUMMARY, "SF:b\nDA:1,1\nend_of_record\n")).toMatchObject({ covered: 169, total: 201 });
    expect(of(LCOV)).toEqual(parseCoverage("x", LCOV));
    expect(of()).toBeUndefined();
  });
});

describe("coverage of new code", () => {
  const added = (lines: Record<string, number[]>) => new Map(Object.entries(lines));
  const of = (text: string, lines: Record<string, number[]>) => {
    const report = parseCoverage("x", text);
    return report && newCodeCoverage(report, added(lines));
  };

  test("matches added lines by absolute names, modules, sources and package folders", () => {
    expect(of(ISTANBUL_FINAL, { "src/a.ts": [1, 2, 3, 5] })).toEqual({
      percent: 200 / 3,
      covered: 2,
      total: 3,
    });
    expect(of(GO, { "auth/login.go": [11, 14] })).toEqual({ percent: 50, covered: 1, total: 2 });
    expect(of(COBERTURA, { "src/auth/a&b.py": [1, 2] })).toEqual({ percent: 50, covered: 1, total: 2 });
    expect(of(JACOCO, { "core/src/main/java/org/example/shop/Cart.java": [4] })).toEqual({
      percent: 0,
      covered: 0,
      total: 1,
    });
    expect(of(LCOV, { "src/b.ts": [7], "packages/web/src/a.ts": [1] })).toEqual({
      percent: 100,
      covered: 2,
      total: 2,
    });
  });

  test("is undefined if the report has none of the lines", () => {
    expect(of(LCOV, { "src/a.ts": [99], "README.md": [1] })).toBeUndefined();
    expect(of(ISTANBUL_SUMMARY, { "src/a.ts": [1] })).toBeUndefined();
    expect(of(LCOV, {})).toBeUndefined();
  });

  test("does not match a file whose name only ends alike", () => {
    expect(
      of("SF:/x/src/data.ts\nDA:1,1\nend_of_record\n", { "src/a.ts": [1], "ta.ts": [1] }),
    ).toBeUndefined();
    expect(of(COBERTURA, { "src/auth/__init__.py": [1] })).toBeUndefined();
  });

  test("matches the name that adds the fewest folders", () => {
    const text = "SF:/r/web/src/index.ts\nDA:1,0\nend_of_record\nSF:/r/src/index.ts\nDA:1,1\nend_of_record\n";
    expect(of(text, { "src/index.ts": [1] })).toEqual({ percent: 100, covered: 1, total: 1 });
    expect(of(text, { "web/src/index.ts": [1] })).toEqual({ percent: 0, covered: 0, total: 1 });
  });
});

describe("broken and hostile coverage reports", () => {
  test.each([
    ["nothing", ""],
    ["other text", "hello"],
    ["cut JSON", ISTANBUL_SUMMARY.slice(0, 40)],
    ["other JSON", '{"total": 5, "a": null, "b": [1]}'],
    ["huge numbers", '{"total":{"lines":{"total":1e308,"covered":1e308}}}'],
    ["no number", '{"total":{"lines":{"total":"NaN","covered":null}}}'],
    ["more covered than there is", '{"total":{"lines":{"total":1,"covered":2}}}'],
    ["an empty project", '{"total":{"lines":{"total":0,"covered":0,"pct":"Unknown"}}}'],
    ["HTML", "<html><body>coverage</body></html>"],
    ["XML without lines", '<coverage line-rate="NaN"></coverage>'],
    [
      "lines that are no numbers",
      '<coverage><class filename="a"><line number="x" hits="NaN"/><line number="" hits=""/></class></coverage>',
    ],
    ["a line without a file", '<report name="x"><line nr="1" ci="1"/></report>'],
    ["hits beyond numbers", `SF:a\nDA:1,${"9".repeat(400)}x`.replace("DA:1,9", "DA:1,-9")],
    ["a Go range of a billion lines", "mode: set\na.go:1.1,999999999.1 1 1\n"],
    ["many Go ranges", `mode: set\n${"a.go:1.1,9999.1 1 1\n".repeat(1000)}`],
    ["a deep document", "[".repeat(100_000)],
  ])("are not accepted: %s", (_, text) => {
    expect(parseCoverage("coverage.txt", text)).toBeUndefined();
    expect(parseCoverage("coverage.json", text)).toBeUndefined();
  });

  test.each([
    ["lcov", LCOV, "SF:src\\b.ts"],
    ["Cobertura", COBERTURA, "<coverage"],
    ["JaCoCo", JACOCO, "<report"],
    ["Go", GO, "example.org/shop/main.go"],
  ])("are not accepted cut anywhere after the start of the last record: %s", (_, text, start) => {
    const whole = text.trimEnd();
    for (let end = whole.indexOf(start) + start.length; end < whole.length; end++)
      expect(parseCoverage("x", whole.slice(0, end)), whole.slice(0, end)).toBeUndefined();
  });

  test("have prototype names as plain names, and expand no entities", () => {
    const final = ISTANBUL_FINAL.replace('{"/home/ci/shop/src/a.ts":', '{"__proto__":');
    expect(parseCoverage("x.json", final)?.files.has("__proto__")).toBe(true);
    expect(parseCoverage("x", "SF:__proto__\nDA:1,1\nSF:constructor\nDA:1,0\nend_of_record\n")).toMatchObject(
      { covered: 1, total: 2 },
    );
    const xml =
      '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><coverage><class filename="&e;.py"><line number="1" hits="1"/></class></coverage>';
    expect([...(parseCoverage("x", xml)?.files.keys() ?? [])]).toEqual(["&e;.py"]);
  });

  test("never throw, and have a percentage between 0 and 100", () => {
    const part = fc.oneof(
      fc.constantFrom(
        "mode: set\n",
        "SF:a\n",
        "DA:1,1\n",
        "<coverage>",
        "<report>",
        '<class filename="a">',
        '<line number="1" hits="2"/>',
        "a.go:1.2,3.4 1 1\n",
        '{"total":',
        "}",
        ISTANBUL_FINAL,
        LCOV,
        GO,
        COBERTURA,
      ),
      fc.string(),
      fc.json(),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), fc.integer({ min: 0, max: 400 }), (parts, cut) => {
        const report = parseCoverage("x", parts.join("").slice(cut));
        if (!report) return;
        expect(report.percent >= 0 && report.percent <= 100 && report.covered <= report.total).toBe(true);
        const fresh = newCodeCoverage(
          report,
          new Map([...report.files.keys()].map((name) => [name, [1, 2]])),
        );
        expect(fresh === undefined || (fresh.percent >= 0 && fresh.percent <= 100)).toBe(true);
      }),
    );
  });

  test("with ten thousand equal file names need no pairwise comparison", () => {
    const names = Array.from({ length: 10_000 }, (_, n) => `p${n}/index.ts`);
    const report = parseCoverage("x", names.map((name) => `SF:/r/${name}\nDA:1,1\nend_of_record\n`).join(""));
    expect(report && newCodeCoverage(report, new Map(names.map((name) => [name, [1]])))).toEqual({
      percent: 100,
      covered: 10_000,
      total: 10_000,
    });
  });
});
