/** Histories of any shape, made by one `git fast-import`: merges, renames, binary files, odd names, empty commits. */
import type { Scratch } from "./scratch.ts";

const NAMES = [
  ...["src/a.ts", "src/b.ts", "src/deep/er/c.ts", "test/a.test.ts", "docs/x.md", "bin.dat", "a b.txt"],
  ...[
    "tab\there.ts",
    "line\nend.ts",
    'quo"te.ts',
    "back\\slash.ts",
    "Größe ✓ 日本.ts",
    "{a => b}.ts",
    "-dash.ts",
  ],
];
const TYPES = [
  "feat: x",
  "fix: y",
  "fix(scope)!: z",
  "Merge?",
  "docs: d",
  "FEAT: big",
  "no type: really",
  "",
];
const PEOPLE = [
  ["A U Thor", "a@example.com"],
  ['"Quoted" O\'Name', "A@Example.com"],
  ["Ünï ✓", "b@example.com"],
  ["", "c@example.com"],
  ["no address", ""],
] as const;
const ZONES = ["+0000", "+0530", "-0800", "+1345", "-0030"];

const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
const quoted = (name: string) =>
  `"${name.replace(/["\\]/g, "\\$&").replace(/\n/g, "\\n").replace(/\t/g, "\\t")}"`;

/** Returns a generator of whole numbers below its argument, the same for the same seed. */
function dice(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Puts `count` commits on main; the work tree is left alone. */
export async function randomHistory(s: Scratch, seed: number, count: number): Promise<void> {
  const roll = dice(seed);
  const one = <T>(some: readonly T[]): T => some[roll(some.length)] as T;
  /** Files of each commit, so that only what is there is renamed or deleted. */
  const trees: Set<string>[] = [];
  const parts: string[] = [];
  for (let n = 1; n <= count; n++) {
    const parent = n === 1 ? 0 : roll(4) === 0 ? Math.max(1, n - 1 - roll(4)) : n - 1;
    const other = n > 3 && roll(5) === 0 ? 1 + roll(n - 1) : 0;
    const tree = new Set(trees[parent]);
    const [name, address] = one(PEOPLE);
    const when = `${1_700_000_000 + n * 40_000 + roll(30_000)} ${one(ZONES)}`;
    const who = `${name}${name === "" ? "" : " "}<${address}> ${when}`;
    const message = `${one(TYPES)}\n\n1\t2\tnot a file\n${roll(3) === 0 ? "body ✓\n" : ""}`;
    parts.push(
      `commit refs/heads/main\nmark :${n}\nauthor ${who}\ncommitter C <c@x> ${when}\n${data(message)}`,
    );
    if (parent > 0) parts.push(`from :${parent}\n`);
    if (other > 0 && other !== parent) parts.push(`merge :${other}\n`);
    for (let change = roll(5); change > 0; change--) {
      const file = one(NAMES);
      const kind = roll(6);
      if (kind === 0 && tree.has(file)) {
        parts.push(`D ${quoted(file)}\n`);
        tree.delete(file);
      } else if (kind === 1 && tree.has(file)) {
        const to = `moved/${n}-${change}.ts`;
        parts.push(`R ${quoted(file)} ${quoted(to)}\n`);
        tree.delete(file);
        tree.add(to);
      } else {
        const lines = Array.from({ length: 1 + roll(12) }, () => `line ${roll(9)}`).join("\n");
        const text = file.endsWith(".dat") ? `\0${lines}` : `${lines}${roll(2) === 0 ? "\n" : ""}`;
        parts.push(`M 100644 inline ${quoted(file)}\n${data(text)}`);
        tree.add(file);
      }
    }
    parts.push("\n");
    trees[n] = tree;
  }
  const ran = await s.run("git", ["fast-import", "--quiet", "--force"], { input: parts.join("") });
  if (ran.code !== 0) throw new Error(`seed ${seed}: ${ran.stderr}`);
}

/** Returns the counts of a history by plain git. */
export async function countedByGit(s: Scratch, revision = "HEAD") {
  const log = async (...args: string[]) => (await s.run("git", ["log", ...args, revision, "--"])).stdout;
  const lines = (text: string) => text.split("\n").filter(Boolean);
  const [all, merges, stat, names, subjects, dates, addresses] = await Promise.all([
    s.git("rev-list", "--count", revision),
    s.git("rev-list", "--count", "--merges", revision),
    log("--no-merges", "-M", "--diff-algorithm=myers", "--shortstat", "--format="),
    log("--no-merges", "-M", "--name-only", "-z", "--format=%x01"),
    log("--no-merges", "--format=>%s"),
    log("--format=%ad", "--date=format:%Y-%m-%d %u %H"),
    log("--format=%aE"),
  ]);
  const sum = (pattern: RegExp) =>
    lines(stat).reduce((total, each) => total + Number(pattern.exec(each)?.[1] ?? 0), 0);
  const count = (keys: readonly string[]) => {
    const counts: Record<string, number> = {};
    for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
    return counts;
  };
  const commits = names.split("\x01\0").map((each) => each.replace(/^\n/, "").split("\0").filter(Boolean));
  const types = lines(subjects).map(
    (each) =>
      /^>(build|chore|ci|docs|feat|fix|perf|refactor|revert|style|test)(\([^()]*\))?!?: /i
        .exec(each)?.[1]
        ?.toLowerCase() ?? "other",
  );
  return {
    commits: Number(all),
    merges: Number(merges),
    added: sum(/(\d+) insertion/),
    removed: sum(/(\d+) deletion/),
    fileChanges: sum(/(\d+) file/),
    touches: count(commits.flat()),
    together: count(
      commits
        .filter((each) => each.length <= 30)
        .flatMap((files) =>
          files.flatMap((one) => files.filter((each) => one < each).map((each) => `${one}\0${each}`)),
        ),
    ),
    types: count(types),
    days: count(lines(dates).map((each) => each.slice(0, 10))),
    hours: count(lines(dates).map((each) => each.slice(11))),
    // An empty address is a line without a word.
    authors: new Set(addresses.toLowerCase().replace(/\n$/, "").split("\n")).size,
  };
}
