import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { toJsonSchema } from "@valibot/to-json-schema";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseContext } from "../../src/session/context.ts";
import { stateFromTexts } from "../../src/session/files/state-files.ts";
import { checkExport, parseJson } from "../../src/transfer/portable/parse.ts";
import {
  type ExportDocument,
  type ExportedSession,
  exportSchema,
  isBranchName,
} from "../../src/transfer/portable/schema.ts";
import { exportedOf, filesOf, wholeOf, withNewId } from "../../src/transfer/portable/session.ts";
import { exportedSession } from "../support/exported-sessions.ts";

const NOW = "2026-01-02T03:04:05.678Z";

const documentOf = (...sessions: unknown[]) => ({
  ...{ format: "git-session-export", schema: 1, exported: NOW },
  sessions,
});

const MINIMAL: ExportedSession = {
  ...{ id: "k3f9qzm2x7ab", title: "Login", branch: "feature/login", base: {}, state: "ended", created: NOW },
  ...{ tags: [], meta: {}, objectives: [], blockers: [], decisions: [], verified: [], notes: [] },
  ...{ last: { obj: 0, blk: 0, dec: 0 }, events: [], checkpoints: [] },
};

const objective = { id: "obj-1", mark: "open", text: "a" };

/** Returns the import's answer for a session with these fields. */
function saidOf(fields: object): readonly string[] {
  const checked = checkExport(documentOf({ ...MINIMAL, ...fields }));
  return "problems" in checked ? checked.problems : [];
}

describe("an export", () => {
  test("equals what was imported", () => {
    fc.assert(
      fc.property(exportedSession, (session) => {
        const checked = checkExport(JSON.parse(JSON.stringify(documentOf(session))));
        expect("problems" in checked ? checked.problems : []).toEqual([]);
        const files = filesOf(wholeOf(session));
        const context = parseContext(files.get("context.json") ?? "");
        if (!context) throw new Error("context.json is not read");
        const texts = {
          objectives: files.get("objectives.md") ?? "",
          blockers: files.get("blockers.md") ?? "",
        };
        const again = exportedOf(
          { ...wholeOf(session), state: stateFromTexts(context, texts), texts },
          "1999-01-01T00:00:00.000Z",
        );
        expect(JSON.parse(JSON.stringify(again))).toEqual(JSON.parse(JSON.stringify(session)));
      }),
      { numRuns: 300 },
    );
  });

  test("keeps hand-written lines between the items of a list", () => {
    const objectives = "# Objectives\n\nFirst the server.\n\n- [ ] obj-1: a\n\nThen the client.\n";
    const session = { ...MINIMAL, objectives: [objective], files: { objectives } } as ExportedSession;
    const whole = wholeOf(session);
    expect(whole.texts.objectives).toBe(objectives);
    expect(exportedOf(whole, NOW).files).toEqual({ objectives });
    expect(
      exportedOf(wholeOf({ ...MINIMAL, objectives: [objective] } as ExportedSession), NOW).files,
    ).toBeUndefined();
  });

  test("under a new id lists no commits, because they name the old id", () => {
    const session = withNewId(
      {
        ...MINIMAL,
        decisions: [{ id: "dec-1", text: "a", alternatives: [], commit: "a".repeat(40) }],
        events: [{ at: NOW, type: "session.started", id: MINIMAL.id }],
      },
      "000000000000",
    );
    expect(session.id).toBe("000000000000");
    expect(session.decisions[0]).not.toHaveProperty("commit");
    expect(session.events[0]).toMatchObject({ id: "000000000000" });
  });
});

describe("errors in a file are reported by path", () => {
  test.each<[object, string]>([
    [
      { objectives: [objective, { ...objective, mark: "maybe" }] },
      'sessions[0].objectives[1].mark is "maybe", expected "open", "active", "done", "dropped"',
    ],
    [{ objectives: [{ ...objective, text: 5 }] }, "sessions[0].objectives[0].text is 5, expected string"],
    [{ objectives: [objective, objective] }, "sessions[0].objectives[1].id occurs twice: obj-1"],
    [{ title: undefined }, "sessions[0].title is missing"],
    [{ title: "" }, "sessions[0].title has a length of 0, expected >=1"],
    [{ title: "x".repeat(1001) }, "sessions[0].title has a length of 1001, expected <=1000"],
    [{ colour: "red" }, "sessions[0].colour is not a key of an export"],
    [
      { id: "../../../../x" },
      'sessions[0].id is not 12 letters and digits, without i, l, o and u: "../../../../x"',
    ],
    [{ branch: "../../x" }, 'sessions[0].branch is not the name of a branch: "../../x"'],
    [
      { created: "yesterday" },
      'sessions[0].created is not a time such as 2025-03-14T09:30:00.000Z: "yesterday"',
    ],
    [
      { checkpoints: [{ commit: "a".repeat(40), message: "x", path: "a/../../b" }] },
      'sessions[0].checkpoints[0].path is not a path inside the repository: "a/../../b"',
    ],
  ])("in case %#", (fields, said) => {
    expect(saidOf(fields)).toEqual([said]);
  });

  test("five at most, and the rest as a count", () => {
    const wrong = Array.from({ length: 9 }, () => ({ id: "obj-1", mark: "x", text: "a" }));
    expect(saidOf({ objectives: wrong })).toHaveLength(6);
    expect(saidOf({ objectives: wrong })[5]).toBe("... and 4 more");
  });

  test("and a newer schema before all others", () => {
    const checked = checkExport({ format: "git-session-export", schema: 7, unheard: true });
    expect(checked).toEqual({
      newer: true,
      problems: ["was written by a newer session (schema 7; this one reads up to 1)"],
    });
  });

  test("but every branch name that git accepts is accepted", () => {
    for (const branch of ["a", "Größe/✓", "a.b", "x@y", "@a", "a/@", "con", "-a".slice(1)])
      expect(saidOf({ branch }), branch).toEqual([]);
    const refused = [
      "-a",
      "HEAD",
      "@",
      "a..b",
      "a//b",
      "/a",
      "a/",
      ".a",
      "a/.b",
      "a.lock",
      "a.lock/b",
      "a.",
      "a b",
    ];
    for (const branch of [...refused, "a~1", "a^", "a:b", "a?", "a*", "a[", "a\\b", "a@{1}", "a\x7f"])
      expect(saidOf({ branch }), branch).toHaveLength(1);
  });
});

test("branch names in an import are checked as git does", () => {
  const piece = fc.constantFrom(
    "a",
    "é",
    ".",
    "..",
    "/",
    "@",
    "@{",
    "-",
    ".lock",
    "HEAD",
    "~",
    " ",
    "*",
    "\\x7f",
    "[",
  );
  const names = [
    ...new Set(
      fc
        .sample(fc.array(piece, { minLength: 1, maxLength: 5 }), { numRuns: 400, seed: 1 })
        .map((all) => all.join("")),
    ),
  ];
  const { stdout } = spawnSync(
    "sh",
    ["-c", 'for name; do git check-ref-format "refs/heads/$name"; echo $?; done', "sh", ...names],
    { encoding: "utf8" },
  );
  const answers = stdout.trim().split("\n");
  // git itself makes no branch of these names.
  const isRefused = (name: string) => name.startsWith("-") || name === "HEAD" || name === "@";
  for (const [at, name] of names.entries())
    expect(isBranchName(name), name).toBe(answers[at] === "0" && !isRefused(name));
});

describe("JSON in an import", () => {
  test("is refused if it is invalid, sets a prototype, or is nested without end", () => {
    const said = (text: string) => {
      const parsed = parseJson(text);
      return "problems" in parsed ? parsed.problems : [];
    };
    expect(said("{")[0]).toMatch(/^is not JSON: /);
    expect(said("")[0]).toMatch(/^is not JSON: /);
    expect(said('{"a": [{"__proto__": {"polluted": true}}]}')).toEqual(["a[0].__proto__ is a forbidden key"]);
    expect(said(`${"[".repeat(100_000)}${"]".repeat(100_000)}`)).toEqual([
      "[0][0][0] is nested more than 64 deep",
    ]);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test("never throws, and is accepted only if it fits the schema", () => {
    fc.assert(
      fc.property(fc.jsonValue(), exportedSession, fc.nat(), (value, session, seed) => {
        expect(checkExport(value)).toHaveProperty("problems");
        const keys = Object.keys(session);
        const spoilt = { ...session, [keys[seed % keys.length] ?? "id"]: [[value]] };
        expect(checkExport(documentOf(spoilt))).toHaveProperty("problems");
      }),
    );
  });
});

test("the published schema equals the one that import uses: run `npm run schema`", async () => {
  const published = JSON.parse(await readFile("schemas/export.schema.json", "utf8"));
  expect(published).toEqual({
    title: published.title,
    ...toJsonSchema(exportSchema, { errorMode: "ignore" }),
  });
  const document: ExportDocument = documentOf(MINIMAL) as ExportDocument;
  expect(Object.keys(published.properties)).toEqual(expect.arrayContaining(Object.keys(document)));
  expect(published.required).toEqual(Object.keys(document));
});
