/** A generated repository with much recent work: sessions in every state, and their commits. */
import type { Scratch } from "./scratch.ts";

const DAY = 86_400_000;
const AREAS = [
  "login",
  "billing",
  "search",
  "import",
  "export",
  "settings",
  "mobile",
  "reports",
  "api",
  "mail",
];
const WORDS = ["Add", "Rework", "Speed up", "Fix", "Simplify", "Document"];
const WHAT = [
  "the form and its checks",
  "error messages that say what to do",
  "the cache, by key and by age",
  "retries with a growing pause",
  "a page for people who read with their ears",
  "numbers that agree with the bank's",
];
const FILES = ["index.ts", "store.ts", "view.ts", "parse.ts", "index.test.ts"];
const TYPES = ["feat", "fix", "test", "docs", "refactor", "feat", "fix", "chore"];

const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;

/** Returns the same numbers every time. */
function dice() {
  let state = 7;
  return (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

export interface BusyRepository {
  readonly sessions: number;
  readonly commits: number;
}

/** Fills an empty repository; `days` before now is when it begins. */
export async function busyRepository(s: Scratch, sessions = 30, days = 90): Promise<BusyRepository> {
  const roll = dice();
  const one = <T>(some: readonly T[]): T => some[roll(some.length)] as T;
  const now = Date.now();
  const parts: string[] = [];
  const records: object[] = [];
  let commits = 0;
  const begun = Array.from(
    { length: sessions },
    (_, n) => now - days * DAY + (n / sessions) * (days - 3) * DAY,
  );
  /** Commits of all sessions, to be written in the order of their dates. */
  const made: { at: number; message: string; file: string; lines: number }[] = [];
  for (const [n, start] of begun.entries()) {
    const id = `s${String(n).padStart(11, "0")}`;
    const area = AREAS[n % AREAS.length] ?? "";
    const length = (1 + roll(12)) * DAY;
    const end = Math.min(now - DAY / 4, start + length);
    const going = n >= sessions - 5;
    const at = (part: number) => start + (end - start) * part;
    const iso = (moment: number) => new Date(moment).toISOString();
    const objectives = Array.from({ length: 2 + roll(4) }, (_, k) => {
      const done = !going || k === 0;
      const dropped = !going && k === 4;
      const finished = done || dropped ? { finished: iso(at(0.3 + 0.15 * k)) } : {};
      return {
        id: `obj-${k + 1}`,
        text: `${one(WORDS)} ${one(WHAT)}`,
        mark: dropped ? "dropped" : done ? "done" : k === 1 ? "active" : "open",
        added: iso(at(0.05 * k)),
        ...finished,
      };
    });
    const decisions = Array.from({ length: roll(3) }, (_, k) => ({
      id: `dec-${k + 1}`,
      text: `Keep ${area} ${one(["in one table", "behind a flag", "without a queue", "in the browser"])}`,
      rationale: "It is what the measurements of last week say, and it can be undone",
      alternatives: k === 0 ? ["A service of its own: one more thing that can be down"] : [],
      added: iso(at(0.4 + 0.2 * k)),
    }));
    const blockers = Array.from({ length: roll(2) + (going ? 1 : 0) }, (_, k) => ({
      id: `blk-${k + 1}`,
      text: `Waiting for ${one(["keys of the bank", "the new design", "a review", "a certificate"])}`,
      resolved: !going,
      ...(k === 0 ? { link: `#${10 + n}` } : {}),
      added: iso(at(0.2)),
      ...(going ? {} : { finished: iso(at(0.7)), note: "They answered" }),
    }));
    const count = 6 + roll(10);
    for (let k = 0; k < count; k++) {
      const last = k === count - 1;
      const record = last
        ? `\nSession-Objectives:\n${objectives.map((each) => ` - [${each.mark === "done" ? "x" : " "}] ${each.id}: ${each.text}\n`).join("")}${decisions.length > 0 ? `Decisions:\n${decisions.map((each) => ` - ${each.id}: ${each.text}\n   Rationale: ${each.rationale}\n`).join("")}` : ""}Session-Id: ${id}\n`
        : "";
      made.push({
        at: at((k + 1) / count),
        message: `${one(TYPES)}(${area}): ${one(WORDS).toLowerCase()} ${one(WHAT)}\n${record}`,
        file: `src/${area}/${one(FILES)}`,
        lines: 3 + roll(40),
      });
    }
    records.push({
      ...{
        id,
        title: `${one(["Better", "Faster", "New", "Safer"])} ${area}, part ${1 + Math.floor(n / AREAS.length)}`,
      },
      ...{ branch: `feature/${area}-${n}`, base: { branch: "main" }, created: iso(start) },
      ...(going ? { state: "active" } : { state: "ended", ended: iso(end) }),
      ...{
        author: "Test Person",
        tags: n % 3 === 0 ? [area] : [],
        meta: {},
        objectives,
        blockers,
        decisions,
      },
      ...{
        verified: [],
        notes: [],
        last: { obj: objectives.length, blk: blockers.length, dec: decisions.length },
      },
      events: [
        { at: iso(start), type: "session.started" },
        // Two hours of work in the middle.
        ...Array.from({ length: 8 }, (_, k) => ({
          at: iso(at(0.5) + k * 900_000),
          type: "note",
          text: "on",
        })),
        { at: iso(end), type: "note", text: "done" },
      ],
      checkpoints: [],
    });
  }
  made.sort((left, right) => left.at - right.at);
  for (const { at, message, file, lines } of made) {
    const who = `Test Person <person@example.com> ${Math.floor(at / 1000)} +0000`;
    const text = Array.from({ length: lines }, (_, k) => `line ${k} of ${commits}`).join("\n");
    parts.push(
      `commit refs/heads/main\nauthor ${who}\ncommitter ${who}\n${data(message)}M 100644 inline ${file}\n${data(`${text}\n`)}\n`,
    );
    commits++;
  }
  const ran = await s.run("git", ["fast-import", "--quiet", "--force"], { input: parts.join("") });
  if (ran.code !== 0) throw new Error(ran.stderr);
  await s.git("reset", "--quiet", "--hard");
  await s.write(
    "../sessions.json",
    JSON.stringify({
      format: "git-session-export",
      schema: 1,
      exported: new Date(now).toISOString(),
      sessions: records,
    }),
  );
  await s.ok("import", "-i", "../sessions.json");
  // What goes on is on a branch of this clone.
  for (const record of records.slice(-5) as { id: string; branch: string }[]) {
    await s.git("branch", record.branch);
    await s.git("checkout", "--quiet", record.branch);
    await s.ok("resume", record.id);
  }
  await s.git("checkout", "--quiet", "main");
  return { sessions, commits };
}
