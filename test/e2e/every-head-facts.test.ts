/** The facts that views show beside the record, on every kind of HEAD, compared with git. */
import { describe, expect, test } from "vitest";
import { BRANCH, cloneOf, KINDS, type Kind } from "../support/head-states.ts";
import { fixture, initRepository, type Scratch } from "../support/scratch.ts";

/** A session with a revert, checks that failed and that are outdated, and a base that moved over the same file. */
async function work(s: Scratch): Promise<void> {
  await initRepository(s);
  await s.git("init", "--quiet", "--bare", "../remote.git");
  await s.git("remote", "add", "origin", `file://${s.at("../remote.git").root}`);
  await s.ok("init", "--yes", "--no-hooks");
  await s.ok("config", "set", "display.date_format", "DAY %d");
  await s.write("base.js", "a\nb\nc\n");
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", "chore: begin");
  await s.ok("start", BRANCH, "-o", "Parse the header", "-o", "Refresh tokens");
  await s.ok("objectives", "complete", "1");
  await s.ok("objectives", "start", "2");
  await s.ok("blockers", "add", "Keys of the vendor");
  await s.ok("blockers", "add", "No test server");
  await s.ok("blockers", "resolve", "2", "--note", "it is back");
  await s.write("src/login.js", "login\n");
  await s.write("base.js", "a\nb2\nc\n");
  await s.ok("verify", "npm test", "--result", "passed");
  await s.ok("checkpoint", "-A", "-m", "feat: log in", "--decision", "Use PKCE for log_in");
  await s.write("src/jar.js", "jar\n");
  await s.ok("checkpoint", "-A", "-m", "feat: keep tokens", "--decision", "Keep tokens in a_jar");
  await s.git("revert", "--no-edit", "HEAD");
  await s.write("src/login.js", "login\nhalf\n");
  await s.ok("verify", "npm run lint", "--result", "failed");
  await s.ok("checkpoint", "-A", "-m", "feat: half of it");
  await s.git("switch", "--quiet", "main");
  await s.write("base.js", "a\nb3\nc\n");
  await s.git("commit", "--quiet", "--all", "-m", "fix: base");
  await s.git("switch", "--quiet", BRANCH);
  await s.write("README.md", "put away\n");
  await s.git("stash", "push", "--quiet", "-m", "later");
  await s.git("push", "--quiet", "origin", "main", BRANCH);
}

const merged = async (s: Scratch, ...how: string[]) => {
  await s.git("switch", "--quiet", "main");
  await s.git("merge", "--quiet", "--strategy-option=theirs", ...how, BRANCH);
  if (how.includes("--squash")) await s.git("commit", "--quiet", "--no-edit");
  await s.git("push", "--quiet", "origin", "main", `:${BRANCH}`);
  return s;
};

/** HEAD without its own session: sessions merged into a default branch are over. */
const OVER: readonly Kind[] = [
  ["a default branch after a merge", "guess", undefined, (s) => merged(s, "--no-ff", "--no-edit")],
  ["a default branch after a squash", "guess", undefined, (s) => merged(s, "--squash")],
  [
    "a fresh clone after a merge",
    "guess",
    undefined,
    async (s) => cloneOf(await merged(s, "--no-ff", "--no-edit")),
  ],
  ["a fresh clone after a squash", "guess", undefined, async (s) => cloneOf(await merged(s, "--squash"))],
];

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** Texts of a JSON value that are dates in another form than ISO 8601 with an offset. */
function otherDates(value: unknown): string[] {
  if (typeof value === "string")
    return /^DAY \d|^\d{4}-\d\d-\d\d/.test(value) && !ISO.test(value) ? [value] : [];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(otherDates) : [];
}

function sums(shortstat: string) {
  const [files = 0, added = 0, removed = 0] = [/(\d+) file/, /(\d+) insertion/, /(\d+) deletion/].map(
    (each) => Number(each.exec(shortstat)?.[1] ?? 0),
  );
  return { files, added, removed };
}

/** Returns git's first commit of the work up to a tip. */
async function forkOf(s: Scratch, kind: string, tip: string): Promise<string> {
  const base = kind === "inherited" ? BRANCH : "main";
  const refs = await s.git(
    "for-each-ref",
    "--format=%(refname)",
    `refs/heads/${base}`,
    `refs/remotes/origin/${base}`,
  );
  return s.git("merge-base", tip, refs.split("\n")[0] ?? "");
}

interface Seen {
  readonly next: { what: string; command?: string }[];
  readonly decisions: { id: string; reverted?: string }[];
  readonly verified: { command: string; result: string; stale?: string }[];
  readonly warnings: string[];
}

describe.each([...KINDS, ...OVER])("%s", (_name, kind, words, make) => {
  test("views report numbers, reverts, checks, next steps and dates as git has them", async () => {
    const s = await make(await fixture("points", work));
    const isOver = kind === "guess";
    const isRebase = (await s.git("status")).includes("rebas");
    const [status, brief, handoff, decisions, log] = await Promise.all(
      ["status", "brief", "handoff", "decisions", "log"].map((each) => s.json(each)),
    );
    const [text, told, short] = await Promise.all([
      s.ok("brief"),
      s.ok("handoff"),
      s.ok("brief", "--max-tokens", "300"),
    ]);
    const seen: Seen[] = [status, brief, handoff];
    expect(status.session.record.kind).toBe(kind);

    // Numbers.
    const tip = isRebase ? BRANCH : "HEAD";
    const fork = await forkOf(s, kind, tip);
    if (!isOver) {
      // Until the rebase is over, the session's work is that of its branch.
      const wanted = sums(await s.git("diff", "--shortstat", fork, ...(isRebase ? [BRANCH] : [])));
      expect(handoff.numbers).toMatchObject(wanted);
      expect(brief.files).toHaveLength(wanted.files);
      const commits = Number(await s.git("rev-list", "--count", "--no-merges", `${fork}..${tip}`));
      expect(handoff.numbers.commits).toBe(commits);
      expect(status.checkpoints + status.commits).toBe(commits);
    } else {
      expect(handoff.numbers).not.toHaveProperty("commits");
      expect(status).not.toHaveProperty("commits");
    }

    // What was folded.
    const impact = await s.git("log", "-1", "--format=%(trailers:key=Impact,valueonly)");
    if (/Changed: /.test(impact)) {
      const { files, added, removed } = sums(await s.git("diff", "--shortstat", "HEAD^", "HEAD"));
      expect(impact).toContain(`Changed: ${files} file${files === 1 ? "" : "s"}, +${added} -${removed}`);
    }

    // A pull request is made from the same record.
    if (!isOver && status.session.branch !== "") {
      const words = (view: { objectives: { text: string }[] }) => view.objectives.map((each) => each.text);
      expect(words(await s.json("pr"))).toEqual(words(brief));
    }

    // Checks, and what was taken back: the same in every view.
    for (const each of seen.slice(1)) {
      expect(each.next).toEqual(status.next);
      expect(each.verified.map(({ command, result, stale }) => [command, result, stale])).toEqual(
        status.verified.map(({ command, result, stale }: Seen["verified"][number]) => [
          command,
          result,
          stale,
        ]),
      );
    }
    expect(JSON.stringify([status.warnings, brief.warnings])).not.toMatch(/no longer on th|rewritten/);
    if (!isOver) {
      const revert = await s.git("log", "-1", "--format=%H", "--grep=^Revert", "--all");
      const inLog = log.entries.flatMap((each: { decisions: Seen["decisions"] }) => each.decisions);
      for (const each of [status.decisions, brief.decisions, handoff.decisions, decisions, inLog])
        expect(
          Object.fromEntries(
            each.map((one: Seen["decisions"][number]) => [one.id, one.reverted?.slice(0, 8)]),
          ),
        ).toEqual({ "dec-1": undefined, "dec-2": revert.slice(0, 8) });
      const passed = status.verified.find((each: { command: string }) => each.command === "npm test");
      if (kind !== "inherited") expect(passed).toMatchObject({ result: "passed", stale: expect.any(String) });
    }

    // The log of decisions.
    const logged = (await s.git("show", "HEAD:.session/decision-log.md").catch(() => "")).match(
      /\*\*.*\*\*/g,
    );
    expect((logged ?? []).map((each) => each.replaceAll("\\", ""))).toEqual(
      isRebase ? [] : ["**Use PKCE for log_in**"],
    );
    expect(await s.json("decisions", "log")).toMatchObject({ changed: false });

    // What is next.
    const steps: Seen["next"] = status.next;
    for (const { what, command = "" } of steps) {
      expect(what).not.toMatch(/^commit /);
      expect(command).not.toMatch(/blockers resolve|start main/);
    }
    if (isOver) expect(steps.at(-1)?.command).toBe("session start <new-branch>");
    else {
      expect(steps.map((each) => each.what)).toContain("blocked by blk-1: Keys of the vendor");
      const first = isRebase ? "finish the rebase" : words ? undefined : "continue obj-2: Refresh tokens";
      if (first) expect(steps[0]?.what).toBe(first);
      else expect(steps[0]?.command).toBe(handoff.command);
    }

    // Dates.
    expect(otherDates([status, brief, handoff, decisions, log])).toEqual([]);
    if (brief.work.length > 0) expect(text).toMatch(/\(DAY \d\d/);

    // No noise.
    expect(Buffer.byteLength(short)).toBeLessThanOrEqual(1200);
    expect(text + told).not.toMatch(/\\_|Written in/);
    expect(text.split("\n").filter((each) => each.includes("npm run lint")).length).toBeLessThanOrEqual(2);
    expect(brief.work.map((each: { when: string }) => each.when)).toEqual(
      brief.work
        .map((each: { when: string }) => each.when)
        .toSorted()
        .reverse(),
    );
    if (!isOver && kind !== "inherited")
      expect(text).toMatch(/Resolved, `?blk-2`?: `?No test server`?: `?it is back/);
    const stashed = status.session.branch === BRANCH && (await s.git("stash", "list")) !== "";
    expect(brief.stashed).toEqual(stashed ? ["later"] : []);

    // A damaged list.
    const lists = (await s.run("sh", ["-c", "ls .git/sessions/*/*/objectives.md"])).stdout.split("\n");
    if (lists[0]) {
      await s.write(lists[0], "\0\0\0");
      expect((await s.json("brief")).objectives).toEqual(brief.objectives);
    }
  });
});

test("a commit is shown with its own subject, and completes what the previous checkpoint left open", async () => {
  const s = await fixture("points", work);
  const completed = (view: { work: { subject: string; completed: string[] }[] }) =>
    view.work.flatMap((each) => (each.completed.length > 0 ? [each.subject] : []));
  expect(completed(await s.json("brief"))).toEqual(["feat: log in"]);
  // Without the commits before it, nobody knows what a checkpoint completed, nor which files are new.
  await s.git(
    "clone",
    "--quiet",
    "--depth=1",
    `--branch=${BRANCH}`,
    `file://${s.at("../remote.git").root}`,
    "../cut",
  );
  const handoff = await s.at("../cut").json("handoff");
  expect(completed(handoff)).toEqual([]);
  expect(handoff.numbers).toMatchObject({ files: null, filesAdded: null });
  await merged(s, "--no-ff", "-m", "merge: log in");
  const brief = await s.json("brief");
  expect(brief.session).toMatchObject({ subject: "merge: log in" });
  expect(completed(brief)).toEqual(["feat: log in"]);
});
