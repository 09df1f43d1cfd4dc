/** Sessions of any kind, as an export holds them. */
import fc from "fast-check";
import type { ExportedSession } from "../../src/transfer/portable/schema.ts";
import { hostile } from "../render/hostile-strings.ts";

const CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz";
const of = (letters: string, length: number) =>
  fc
    .array(fc.constantFrom(...letters), { minLength: length, maxLength: length })
    .map((each) => each.join(""));

const oid = of("0123456789abcdef", 40);
const moment = fc
  .integer({ min: 0, max: 4_000_000_000_000 })
  .map((milliseconds) => new Date(milliseconds).toISOString());

/** Lines that look like items of a Markdown list, without characters that normalizing removes. */
const line = fc.oneof(
  fc.stringMatching(/^[a-z][a-z0-9 #*[\]():,.'"-]{0,30}[a-z]$/),
  fc.constantFrom(
    "- [ ] x",
    "- [x] obj-1: done",
    "* [>] a",
    "\\- [ ] y",
    "```",
    "## heading",
    "Größe ✓ 日本語",
    "<b>{{x}}</b>",
    "(#42)",
    "obj-2: z",
  ),
);
const text = fc.array(line, { minLength: 1, maxLength: 3 }).map((all) => all.join("\n"));
/** A blocker's text must not end like a link or note. */
const plain = fc.stringMatching(/^[a-z][a-z0-9 ]{0,20}[a-z]$/);
const word = fc.stringMatching(/^[\w-][\w ./:-]{0,20}[\w]$/);

const given = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const numbered = <T extends object>(kind: string, item: fc.Arbitrary<T>) =>
  fc
    .array(item, { maxLength: 4 })
    .map((all) => all.map((each, at) => ({ id: `${kind}-${at + 1}`, ...each })));
const tidy = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;

const objectives = numbered(
  "obj",
  fc
    .record({
      mark: fc.constantFrom("open", "active", "done", "dropped"),
      text,
      added: given(moment),
      finished: given(moment),
      changed: given(moment),
    })
    .map((each) =>
      tidy(each.mark === "done" || each.mark === "dropped" ? each : { ...each, finished: undefined }),
    ),
);

const blockers = numbered(
  "blk",
  fc
    .record({
      resolved: fc.boolean(),
      text: plain,
      link: given(fc.constantFrom("#4", "GH-12", "https://x.example/y?z=(1)", "ask the owner")),
      note: given(plain),
      added: given(moment),
      finished: given(moment),
      changed: given(moment),
    })
    .map((each) => tidy(each.resolved ? each : { ...each, finished: undefined })),
);

const decisions = numbered(
  "dec",
  fc
    .record({
      text,
      rationale: given(text),
      alternatives: fc.array(text, { maxLength: 2 }),
      supersedes: given(fc.constantFrom("dec-1", "k3f9qzm2x7ab/dec-3")),
      author: given(word),
      added: given(moment),
      commit: given(oid),
      was: given(oid),
    })
    .map(tidy),
);

export const exportedSession: fc.Arbitrary<ExportedSession> = fc
  .record({
    id: of(CROCKFORD, 12),
    title: hostile.map((each) => each.replace(/[\r\n]+/g, " ").slice(0, 200) || "x"),
    branch: fc.constantFrom("main", "feature/login", "Größe/✓", "a.b/c-d", "con", "x@y"),
    base: fc.record({ branch: given(fc.constant("main")), commit: given(oid) }).map(tidy),
    state: fc.constantFrom("active", "paused", "ended", "archived"),
    created: moment,
    ended: given(moment),
    checkpointed: given(moment),
    author: given(word),
    tags: fc.array(word, { maxLength: 3 }),
    meta: fc.dictionary(fc.oneof(word, fc.constantFrom("constructor", "toString")), hostile, { maxKeys: 3 }),
    checklist: given(fc.array(word, { minLength: 1, maxLength: 3 })),
    parent: given(of(CROCKFORD, 12)),
    summary: given(text),
    coverage: given(fc.integer({ min: 0, max: 100 })),
    objectives,
    blockers,
    decisions,
    verified: fc.array(
      fc
        .record({
          command: word,
          result: fc.constantFrom("passed" as const, "failed" as const),
          added: given(moment),
          commit: given(oid),
          code: given(fc.nat(255)),
          seconds: given(fc.nat(100_000).map((tenths) => tenths / 10)),
        })
        .map(tidy),
      { maxLength: 3 },
    ),
    notes: fc.array(fc.record({ text, added: moment }), { maxLength: 3 }),
    events: fc.array(
      fc.record({ at: moment, type: fc.constantFrom("note", "message", "x.y"), text: hostile }),
      { maxLength: 4 },
    ),
    checkpoints: fc.uniqueArray(
      fc
        .record({
          commit: oid,
          message: hostile,
          parents: fc.array(oid, { maxLength: 2 }),
          authored: fc.integer({ min: 0, max: 4e9 }),
          patch: given(oid),
          path: given(fc.constant("src/a b.ts")),
        })
        .map(tidy),
      { maxLength: 3, selector: (each) => each.commit },
    ),
    handoff: given(hostile.filter((each) => each !== "")),
  })
  .map((each) => {
    const last = { obj: each.objectives.length, blk: each.blockers.length, dec: each.decisions.length };
    const isOver = each.state === "ended" || each.state === "archived";
    return tidy({ ...each, last, ended: isOver ? each.ended : undefined }) as ExportedSession;
  });
