/** Hostile text in every place where a clone brings text along, as an agent reads it. */
import { XMLValidator } from "fast-xml-parser";
import { expect, test } from "vitest";
import { ATTACKS, HIDDEN, NAMES, PAYLOAD, TEN_MEGABYTES, WITH_NUL } from "../support/attacks.ts";
import { actingNodes, codeTexts, headings, outsideCode } from "../support/markdown-nodes.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

const texts = [...ATTACKS.values()];
const BRANCH = "work";
const WORDS = new RegExp(`${PAYLOAD.split(" ")[0]}|end\\d+e`);

const settings = texts.filter((each) => !/[\p{Cc}\p{Cs}\ufeff\ufffe\uffff]/u.test(each.replaceAll("\n", "")));

const SECTIONS =
  /^(Objectives( \(.*\))?|Next|Watch for|How it is built|Done|Newest commits|Checked|Decisions to follow|Files|Notes|Last handoff|Completed work|Work in progress|Decisions|Blockers|Resolved blockers|Numbers|Files that matter|Annotations added|Verified|Checklist|Know before you start|Next steps|New( since .*)?|Changed|Not there any more)$/;

/** Expects no active markup, no hidden characters, and only the shipped headings. */
function expectInert(markdown: string): void {
  expect(markdown).not.toMatch(HIDDEN);
  expect(actingNodes(markdown)).toEqual([]);
  for (const each of headings(markdown).slice(1)) expect(each).toMatch(SECTIONS);
}

/** Expects all foreign text in code spans or blocks, each text whole in one of them. */
function expectContained(markdown: string): void {
  expectInert(markdown);
  expect(outsideCode(markdown, WORDS)).toEqual([]);
}

/** A session that another clone made, with an attack in every text of it. */
function pulled(): string {
  const at = "2026-01-02T03:04:05.678Z";
  const item = (prefix: string, text: string, n: number) => ({ id: `${prefix}-${n + 1}`, text });
  const line = (text: string) => text.replace(/[\r\n\u2028\u2029\u0085\v\f]+/g, " ");
  const session = {
    ...{ id: "k3f9qzm2x7ab", title: line(texts[20] ?? ""), branch: BRANCH, base: {}, state: "active" },
    ...{ created: at, author: line(texts[5] ?? ""), tags: texts.slice(0, 6).map(line), meta: {} },
    checklist: texts.slice(10, 60).map(line),
    summary: texts[30],
    // What ends a text, and how a text ends, are attacks of their own: some have their number behind them, some not.
    objectives: texts.map((text, n) => ({ ...item("obj", `${text} end${n}e`, n), mark: "open" })),
    blockers: texts.map((text, n) => ({
      ...item("blk", n % 2 ? text : `${text}end${n}e`, n),
      ...{ resolved: n % 9 === 0, link: line(text), note: text, added: at },
    })),
    decisions: texts.map((text, n) => ({
      ...{ ...item("dec", text, n), rationale: text, alternatives: [text, `${text} end${n}e`], added: at },
      ...(n === 0 ? {} : { author: line(text) }),
    })),
    verified: texts.slice(0, 40).map((command) => ({ command, result: "failed", added: at })),
    notes: texts.map((text) => ({ text, added: at })),
    last: { obj: 999, blk: 999, dec: 999 },
    events: [
      { at, type: "session.started" },
      { at, type: "handoff.written" },
      { at, type: "handoff.taken", by: texts[7] },
    ],
    handoff: texts.join("\n"),
    checkpoints: [],
  };
  const whole = (_key: string, each: unknown) =>
    typeof each === "string" ? each.replace(/\p{Surrogate}/gu, "\ufffd") : each;
  return JSON.stringify(
    { format: "git-session-export", schema: 1, exported: at, sessions: [session] },
    whole,
  );
}

/** A commit for each attack: in its message, its author, a file's name and a line of that file. */
function commits(): string {
  const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const name = (text: string) => text.replace(/[<>\n\r\0]/g, "").trim() || "x";
  const path = (text: string, n: number) =>
    `${text
      .replace(/["\\/\0]/g, "")
      .replace(/[\p{Surrogate}\x00-\x1f\x7f]/gu, "")
      .slice(0, 150)}-${n}`;
  const messages = [...texts, `subject\n\n${texts.join("\n")}`, TEN_MEGABYTES];
  return messages
    .map((message, n) =>
      [
        `commit refs/heads/${BRANCH}\n`,
        `committer ${name(texts[n] ?? "x")} <a@b.example> ${1_700_000_000 + n} +0000\n`,
        data(message),
        ...(n === 0 ? ["from refs/heads/main^0\n"] : []),
        `M 100644 inline "src/${path(texts[n] ?? "x", n)}"\n${data(`// TODO: ${texts[n]?.replace(/\n/g, " ")}\n`)}`,
      ].join(""),
    )
    .join("");
}

test("each hostile text of a pulled session, foreign commits or a clone's files stays in one code span or block", async () => {
  const s = await scratch();
  await s.write(
    ".session/config.yaml",
    // Settings with control characters are not taken at all.
    JSON.stringify({ context: { architecture: texts[20], patterns: settings, conventions: settings } }),
  );
  await s.write(".session/architecture.md", `${texts.join("\n\n")}\n${WITH_NUL}\n`);
  await s.write(".session/conventions.md", `\ufeff${texts.toReversed().join("\r\n")}`);
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", "set up");
  const loaded = await s.run("git", ["fast-import", "--quiet"], { input: commits() });
  expect(loaded.code, loaded.stderr).toBe(0);
  await s.git("switch", "--quiet", BRANCH);
  await s.write("../pulled.json", pulled());
  await s.ok("import", "-i", "../pulled.json", "--branch", BRANCH);

  const [full, brief, handoff, status, json, xml] = await Promise.all([
    s.ok("brief", "--full"),
    s.ok("brief"),
    s.ok("handoff"),
    s.ok("status", "--verbose"),
    s.ok("brief", "--format", "json"),
    s.ok("brief", "--format", "xml", "--full"),
  ]);
  for (const text of [full, brief, handoff]) expectContained(text);
  // They are there, each with all of its words.
  const codes = codeTexts(full);
  for (const n of texts.keys()) {
    const whole = codes.filter((each) => each.includes(`end${n}e`));
    expect(whole.length, [...ATTACKS.keys()][n]).toBeGreaterThan(0);
    for (const each of whole) expect(each, [...ATTACKS.keys()][n]).toContain("zqx");
  }
  expect(codes.filter((each) => WORDS.test(each)).length).toBeGreaterThan(5 * texts.length);
  expect(brief).toContain("Recorded outside of this clone (from: import)");

  expect(status).not.toMatch(HIDDEN);
  expect(status.split("\n").slice(1).join("\n")).not.toMatch(/^(#|zqx|- |>|```|<)/m);
  expect(XMLValidator.validate(xml)).toBe(true);
  for (const text of [json, xml]) expect(text).not.toMatch(HIDDEN);
  for (const text of Object.values(strings(JSON.parse(json)))) expect(text).not.toMatch(HIDDEN);
  for (const command of ["brief", "handoff", "status"])
    for (const text of strings(await s.json(command))) expect(text).not.toMatch(HIDDEN);
});

test("this clone's own record prints as inert text", async () => {
  const s = await scratch();
  const typed = texts.map((each) => each.replaceAll("\0", ""));
  await s.ok("start", BRANCH, ...typed.flatMap((each) => ["-o", `x ${each}`]));
  await s.ok("objectives", "add", ...typed.filter((each) => !each.startsWith("-")));
  await s.ok("blockers", "add", "--", typed[20] ?? "");
  await s.ok(
    "decisions",
    "add",
    typed[36] ?? "",
    "--rationale",
    typed[47] ?? "",
    "--alternatives",
    typed[50] ?? "",
  );
  await s.ok("note", typed[38] ?? "");
  for (const command of [["brief", "--full"], ["brief"], ["handoff"], ["brief", "--since-last"]])
    expectInert(await s.ok(...command));
  await s.ok("objectives", "add", `later ${typed[22]}`);
  const since = await s.ok("brief", "--since-last");
  expectInert(since);
  expect(since).toContain("later");
});

test("hostile branch names stay in one code span or block", async () => {
  const s = await scratch();
  const look = async (at: Scratch) => {
    for (const command of [["brief"], ["handoff"]]) expectContained(await at.ok(...command));
    expect(await at.ok("status")).not.toMatch(HIDDEN);
  };
  for (const name of NAMES) await s.git("update-ref", `refs/heads/${name}`, "HEAD");
  for (const [n, name] of NAMES.entries()) {
    await s.git("symbolic-ref", "HEAD", `refs/heads/${name}`);
    if (n % 6 === 0) await look(s);
    else expectContained(await s.ok("brief"));
  }
});

function strings(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(strings) : [];
}

test("no list or view prints a character that hides or reorders text", async () => {
  const odd = "a\u200bb\u202ec\u2066d\u{e0041}e\u00adf\ufeffg\u061ch\u2060i\ufe0fj\u180ek";
  const s = await scratch();
  await s.git("config", "user.name", `N${odd}`);
  const said = [await s.session("start", `br${odd}`, "--title", `T${odd}`, "-o", `O${odd}`)];
  await s.write(`f${odd}.ts`, `// TODO: t${odd}\n`);
  const writes = [
    ["objectives", "add", `X${odd}`],
    ["blockers", "add", `B${odd}`],
    ["decisions", "add", `D${odd}`, "--rationale", `R${odd}`],
    ["note", `N${odd}`],
    ["checkpoint", "-A", "-m", `feat: c${odd}`],
    ["fork", "@", `fork${odd}`, "--no-switch"],
    ["switch", `nope${odd}`],
    [`nope${odd}`],
  ];
  const views = [
    ..."status;status --all;list;list --all;show @;history;log;search T;stats;stats --all;compare @ main".split(
      ";",
    ),
    ..."analyze;report;brief;handoff;objectives list;blockers list;decisions list;note list;doctor".split(
      ";",
    ),
    ..."undo --list;trailers;status --json;list --json;show @ --json;end;archive br;delete fork".split(";"),
  ];
  for (const args of [...writes, ...views.map((each) => each.split(" "))])
    said.push(await s.session(...args));
  // What goes to a forge has word joiners, which keep it from acting.
  const { stdout: pr } = await s.session("pr");
  said.push({ code: 0, stdout: pr.replaceAll("\u2060", ""), stderr: "" });
  for (const { stdout, stderr } of said) expect(`${stdout}${stderr}`.replace(/\n/g, "")).not.toMatch(HIDDEN);
});
