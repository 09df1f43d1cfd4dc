/** `context.rules`: checked by check, checkpoint, the hook of a plain commit and end, shown in the brief. */
import { expect, test } from "vitest";
import { connectClient } from "../support/mcp-client.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

const RULES = `context:
  rules:
    - name: no-console
      say: Print with the logger.
      files: ["src/**/*.ts"]
      except: ["**/*.test.ts"]
      forbid: console\\.(log|error)
    - name: domain
      say: The domain knows no database.
      severity: error
      files: ["src/domain/**"]
      imports: { never: ["src/infra/**", pg] }
    - name: tested
      files: ["src/**/*.ts"]
      except: ["**/*.test.ts"]
      require: { exists: "{dir}/{name}.test.{ext}" }
`;

/** A repository with old breaches and these rules, on a branch with a session. */
async function ruled(rules = RULES): Promise<Scratch> {
  const s = await scratch();
  await s.write("src/infra/db.ts", "console.log('old');\n");
  await s.write("src/domain/old.ts", 'import "../infra/db";\nconsole.log("old");\n');
  await s.write(".session/config.yaml", rules);
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", "chore: old code");
  await s.ok("start", "feature/x", "--title", "X");
  return s;
}

test("check reports rules that added lines break, but not existing lines", async () => {
  const s = await ruled();
  expect(await s.ok("check")).toBe("no findings\n");
  await s.write("src/domain/old.ts", 'import "../infra/db";\nconsole.log("old");\nexport const one = 1;\n');
  expect(await s.ok("check")).toBe("no findings\n");
  await s.write("src/domain/new.ts", 'import { db } from "../infra/db.js";\n');
  await s.write("src/infra/db.ts", "console.log('old');\nconsole.error('new');\n");
  const { code, stdout, stderr } = await s.session("check");
  expect([code, stderr]).toEqual([1, ""]);
  expect(stdout).toBe(`src/domain/new.ts  warning  tested
    src/domain/new.test.ts is missing
src/domain/new.ts:1  error  domain: The domain knows no database.
    import { db } from "../infra/db.js";
src/infra/db.ts:2  warning  no-console: Print with the logger.
    console.error('new');
3 findings, 1 error
`);
  const json = JSON.parse((await s.session("check", "--json")).stdout);
  expect(json.findings[1]).toEqual({
    ...{ rule: "domain", severity: "error", say: "The domain knows no database." },
    ...{ path: "src/domain/new.ts", line: 1, text: 'import { db } from "../infra/db.js";' },
  });
  const sarif = JSON.parse((await s.session("check", "--sarif")).stdout);
  expect(sarif.version).toBe("2.1.0");
  expect(sarif.runs[0].results).toHaveLength(3);
  expect(sarif.runs[0].results[1]).toMatchObject({
    ...{ ruleId: "domain", level: "error" },
    locations: [
      { physicalLocation: { artifactLocation: { uri: "src/domain/new.ts" }, region: { startLine: 1 } } },
    ],
  });
  const { call } = await connectClient(s);
  expect((await call("session_check")).value).toMatchObject({
    errors: [
      'src/domain/new.ts:1: domain: The domain knows no database.: import { db } from "../infra/db.js";',
    ],
    warnings: [expect.stringContaining("tested"), expect.stringContaining("no-console")],
  });

  await s.git("add", "src/infra/db.ts");
  expect((await s.session("check", "--staged")).code).toBe(0);
  expect((await s.session("check", "--staged", "--strict")).code).toBe(1);
  expect((await s.session("check", "HEAD")).stdout).toMatch(/1 finding\n$/);
  expect((await s.session("check", "main..HEAD")).stdout).toBe("no findings\n");
  const wrong = await s.session("check", "nowhere..HEAD");
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    expect.stringContaining("not a commit or range: nowhere..HEAD"),
  ]);
});

test("a checkpoint and a plain commit warn with file and line, and are still made", async () => {
  const s = await ruled();
  await s.ok("hooks", "install");
  await s.write("src/a.ts", "export {};\nconsole.log(1);\n");
  const made = await s.session("checkpoint", "-A", "-m", "feat: a");
  expect([made.code, made.stderr]).toEqual([
    0,
    expect.stringContaining("warning: src/a.ts:2: no-console: Print with the logger."),
  ]);
  await s.write("src/a.ts", "export {};\nconsole.log(1);\n\nconsole.log(2);\n");
  const plain = await s.run("git", ["commit", "-am", "feat: b"]);
  expect([plain.code, plain.stderr.match(/no-console/g)?.length]).toEqual([0, 1]);
  expect(plain.stderr).toContain("src/a.ts:4: no-console: Print with the logger.");
  expect(await s.git("log", "-1", "--format=%B")).toContain("Session-Id:");

  // Without rules the hook starts no program; a rule that is broken itself stops no commit.
  await s.write(".session/config.yaml", "context:\n  rules:\n    - { name: bad, forbid: '(' }\n");
  const bad = await s.run("git", ["commit", "-am", "chore: a bad rule"]);
  expect([bad.code, bad.stderr]).toEqual([0, expect.stringContaining("the rule bad cannot be checked")]);
  expect((await s.session("check")).code).toBe(1);
  await s.write(".session/config.yaml", "context:\n  rules: []\n");
  await s.ok("note", "add", "no rules any more");
  expect(s.exists(".git/sessions/.rules-.git")).toBe(false);
  await s.write("src/a.ts", "console.log(3);\n");
  expect((await s.run("git", ["commit", "-am", "feat: c"])).stderr).toBe("");
});

test("a broken rule of level error refuses the merge, and --force overrides it", async () => {
  const s = await ruled();
  await s.write("src/domain/a.ts", 'import pg from "pg";\nconsole.log(pg);\n');
  await s.write("src/domain/a.test.ts", "export {};\n");
  await s.ok("checkpoint", "-A", "-m", "feat: a");
  const refused = await s.session("end", "--merge-to", "main", "--no-handoff");
  expect([refused.code, refused.stdout]).toEqual([1, ""]);
  expect(refused.stderr).toContain("not merged: 1 added line or file breaks a rule");
  expect(refused.stderr).toContain("src/domain/a.ts:1: domain: The domain knows no database.");
  expect(refused.stderr).toContain("--force");
  expect(await s.git("rev-parse", "--abbrev-ref", "HEAD")).toBe("feature/x");
  const forced = await s.session("end", "--merge-to", "main", "--force");
  expect([forced.code, forced.stderr]).toEqual([0, expect.stringContaining("src/domain/a.ts:2: no-console")]);
  expect(await s.git("log", "-1", "--format=%s", "main")).toBe("feat: a");
});

test("warnings alone stop no merge; brief and analyze show the rules", async () => {
  const s = await ruled();
  await s.write("src/a.ts", "console.log(1);\n");
  await s.ok("checkpoint", "-A", "-m", "feat: a");
  expect(await s.ok("brief")).toContain("- Rule `no-console`: `Print with the logger.`");
  const { patterns } = await s.json("analyze", "--patterns");
  expect(patterns.rules).toEqual([
    { name: "tested", severity: "warning", findings: 1 },
    { name: "no-console", severity: "warning", findings: 1 },
  ]);
  expect(await s.ok("analyze", "--patterns")).toMatch(/Rules broken\n.*tested {2}1 finding/);
  expect((await s.json("analyze", "--project")).patterns.rules.length).toBeGreaterThan(0);
  const ended = await s.session("end", "--merge-to", "main");
  expect([ended.code, ended.stderr]).toEqual([0, expect.stringContaining("src/a.ts:1: no-console")]);
});

test("rules prints the shipped sets, and invalid rules are reported", async () => {
  const s = await ruled(
    "context:\n  rules:\n    - set: hexagonal\n      where: { adapters: [src/infra/**] }\n",
  );
  await s.write("src/domain/b.ts", 'import "../infra/db";\n');
  const { code, stdout } = await s.session("check");
  expect([code, stdout]).toEqual([
    1,
    expect.stringContaining("src/domain/b.ts:1  error  hexagonal/domain: "),
  ]);
  const shown = await s.ok("check", "--rules");
  expect(shown).toMatch(/^context:\n {2}rules:\n {4}- name: hexagonal\/domain\n[\s\S]*src\/infra/);
  expect(shown).toMatch(/# - set: dependency-injection/);
  // What is printed can be pasted.
  await s.write(".session/config.yaml", await s.ok("check", "--rules", "layered"));
  expect(await s.ok("config", "validate")).not.toContain("rule 1");
  expect((await s.session("check", "--rules", "onion")).stderr).toContain("there is no rule set onion");
  await s.write(".session/config.yaml", "context:\n  rules:\n    - name: x\n      forbidden: y\n");
  const invalid = await s.session("config", "validate");
  expect([invalid.code, `${invalid.stdout}${invalid.stderr}`]).toEqual([
    1,
    expect.stringMatching(/config\.yaml:2:3: .*context\.rules, rule 1: forbidden/),
  ]);
  await s.ok("config", "set", "context.rules", '[{"name": "x", "forbid": "y"}]');
  expect(await s.json("config", "get", "context.rules")).toEqual([{ name: "x", forbid: "y" }]);
  expect(await s.ok("config", "get", "context.rules")).toBe('{"name":"x","forbid":"y"}\n');
});
