import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";

const FILES = ["src/a.ts", "lib/b.py", "docs/c d.md", "test/a.test.ts", ".session/notes.md", "ü.txt"];

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("write" as const),
      file: fc.constantFrom(...FILES),
      lines: fc.nat(12),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("remove" as const), file: fc.constantFrom(...FILES) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("move" as const), file: fc.constantFrom(...FILES) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("binary" as const), file: fc.constantFrom("src/x.bin", "y.bin") }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("commit" as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("checkpoint" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("main" as const), lines: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("merge" as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

let salt = 0;
const text = (lines: number) =>
  Array.from({ length: lines }, (_, n) => `line ${n % 5} ${salt++ % 7}\n`).join("");

async function take(s: Scratch, each: Step): Promise<void> {
  if (each.do === "write") await s.write(each.file, text(each.lines));
  if (each.do === "binary") await s.write(each.file, `\0${salt++}`);
  if (each.do === "remove") await s.run("rm", ["-f", each.file]);
  if (each.do === "move") await s.run("sh", ["-c", 'mv "$0" "$0.moved" 2>/dev/null || true', each.file]);
  if (each.do === "commit") {
    await s.git("add", "--all");
    await s.git("commit", "--quiet", "--allow-empty", "-m", "feat: plain");
  }
  if (each.do === "checkpoint")
    await s.session("checkpoint", "-A", "-m", "feat: more", "--decision", `d${salt++}`);
  if (each.do === "main") {
    await s.git("add", "--all");
    await s.git("commit", "--quiet", "--allow-empty", "-m", "wip");
    await s.git("switch", "--quiet", "main");
    await s.write(`main-${salt++}.ts`, text(each.lines));
    await s.git("add", "--all");
    await s.git("commit", "--quiet", "-m", "feat: main");
    await s.git("switch", "--quiet", "work");
  }
  if (each.do === "merge") {
    await s.git("add", "--all");
    await s.git("commit", "--quiet", "--allow-empty", "-m", "wip");
    await s.git("merge", "--quiet", "--no-edit", "main");
  }
}

interface Numbers {
  readonly files: number;
  readonly added: number;
  readonly removed: number;
}

function parsed(shortstat: string): Numbers {
  const [files, added, removed] = [/(\d+) file/, /(\d+) insertion/, /(\d+) deletion/].map((each) =>
    Number(each.exec(shortstat)?.[1] ?? 0),
  );
  return { files: files ?? 0, added: added ?? 0, removed: removed ?? 0 };
}

const numbers = ({ files, added, removed }: Numbers): Numbers => ({ files, added, removed });

async function started(patterns = "src/**"): Promise<Scratch> {
  const s = await scratch();
  await s.write("src/a.ts", text(6));
  await s.write(".session/config.yaml", `tracking:\n  watch_patterns: ["${patterns}"]\n`);
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", "chore: begin");
  await s.ok("start", "other");
  await s.git("switch", "--quiet", "main");
  await s.ok("start", "work");
  return s;
}

test("show, stats, compare, handoff, pr, analyze, report and history count what git diff --shortstat counts", {
  timeout: 300_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 9 }), fc.boolean(), async (steps, dirty) => {
      const s = await started();
      for (const each of steps) await take(s, each);
      await s.git("add", "--all");
      await s.git("commit", "--quiet", "--allow-empty", "-m", "feat: rest");
      if (dirty) await s.write("src/a.ts", text(9));
      const fork = await s.git("merge-base", "main", "HEAD");
      const inTree = parsed(await s.git("diff", "--shortstat", fork));
      const committed = parsed(await s.git("diff", "--shortstat", fork, "HEAD"));
      expect(numbers(await s.json("stats"))).toEqual(inTree);
      expect(numbers((await s.json("show", "work")).metrics)).toEqual(inTree);
      expect((await s.json("show", "work")).files).toHaveLength(inTree.files);
      expect(numbers((await s.json("compare", "other", "work")).sessions[1])).toEqual(inTree);
      const handoff = await s.json("handoff");
      expect(numbers(handoff.numbers)).toEqual(inTree);
      expect(handoff.files).toHaveLength(inTree.files);
      expect((await s.json("brief")).files).toHaveLength(inTree.files);
      const { review } = await s.json("pr");
      expect(review.files.length + review.more + review.tests.length).toBe(committed.files);

      const each = await s.git("log", "--no-merges", "--format=", "--shortstat", `main..HEAD`);
      const sum = each
        .split("\n")
        .filter(Boolean)
        .map(parsed)
        .reduce(
          (all, one) => ({ files: 0, added: all.added + one.added, removed: all.removed + one.removed }),
          { files: 0, added: 0, removed: 0 },
        );
      const { patterns } = await s.json("analyze");
      expect({ files: 0, added: patterns.added, removed: patterns.removed }).toEqual(sum);
      const all = (await s.git("log", "--no-merges", "--format=", "--shortstat"))
        .split("\n")
        .filter(Boolean)
        .map(parsed);
      const report = await s.json("report", "--project");
      expect(report.numbers).toMatchObject({
        added: all.reduce((total, one) => total + one.added, 0),
        removed: all.reduce((total, one) => total + one.removed, 0),
      });

      await s.git("checkout", "--quiet", "--", ".");
      await s.ok("end");
      const [ended] = await s.json("history", "--metrics");
      expect(numbers(ended.metrics)).toEqual(committed);
      expect(numbers(await s.json("stats", "work"))).toEqual(committed);
    }),
    { numRuns: 4, endOnFailure: true },
  );
});

describe("watch patterns only change the order", () => {
  test("and watched files come first, whatever their size", async () => {
    const s = await started("docs/**");
    await s.write("src/a.ts", text(40));
    await s.write("docs/one.md", "one\n");
    await s.ok("checkpoint", "-A", "-m", "feat: all");
    expect((await s.json("handoff")).files.map((each: { path: string }) => each.path)).toEqual([
      "docs/one.md",
      "src/a.ts",
    ]);
    expect(await s.ok("pr")).toContain("src/a.ts");
  });

  test("so code outside of all patterns still counts as code without a test", async () => {
    const s = await started("docs/**");
    await s.write("lib/b.py", text(4));
    await s.ok("checkpoint", "-A", "-m", "feat: b");
    expect((await s.json("pr")).review.untested).toBe(true);
    const ended = await s.session("end", "--merge-to", "main");
    expect(ended.stderr).toContain("lib/b.py changed but no tests did");
  });

  test("so a file that the base changed meanwhile is named, watched or not", async () => {
    const s = await started("docs/**");
    await s.write("lib/b.py", text(4));
    await s.ok("checkpoint", "-A", "-m", "feat: b");
    await s.git("switch", "--quiet", "main");
    await s.write("lib/b.py", text(5));
    await s.git("add", "--all");
    await s.git("commit", "--quiet", "-m", "feat: also b");
    await s.git("switch", "--quiet", "work");
    expect((await s.json("brief")).files).toMatchObject([{ path: "lib/b.py", elsewhere: "main" }]);
  });

  test("and init writes no watch patterns", async () => {
    const s = await scratch();
    await s.write("src/a.ts", text(3));
    await s.ok("init");
    expect(await s.read(".session/config.yaml")).toContain("  watch_patterns: []\n");
  });
});

test("a branch with an unknown beginning shows no commit count", async () => {
  const s = await scratch({ commits: 1 });
  for (let n = 0; n < 40; n++) await s.git("commit", "--quiet", "--allow-empty", "-m", `feat: ${n}`);
  expect((await s.json("handoff")).numbers).not.toHaveProperty("commits");
  expect(await s.ok("handoff")).not.toContain("Commits:");
  expect(await s.json("status")).not.toHaveProperty("commits");
});
