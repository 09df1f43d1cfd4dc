/** The same record gives the same tree in every clone, with any settings. */
import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { CLI, type Scratch, scratch } from "../support/scratch.ts";

/** Gives every process the same time, so that `end` writes equal files. */
async function frozen(s: Scratch): Promise<void> {
  const at = Date.now() + 60_000;
  const script = `const Real = Date;
    globalThis.Date = class extends Real {
      constructor(...given) { given.length > 0 ? super(...given) : super(${at}); }
      static now() { return ${at}; }
    };`;
  await writeFile(`${s.home}/clock.cjs`, script);
  s.env.NODE_OPTIONS = `--require=${s.home}/clock.cjs`;
}

const SETTINGS = [
  ...["diff.algorithm=patience", "diff.renames=false", "diff.noprefix=true", "diff.mnemonicPrefix=true"],
  ...["diff.context=9", "diff.interHunkContext=9", "diff.relative=true", "diff.indentHeuristic=false"],
  ...["diff.colorMoved=zebra", "diff.wsErrorHighlight=all", "diff.submodule=log", "diff.orderFile=/dev/null"],
  ...["core.quotePath=false", "core.abbrev=5", "core.commentChar=%", "core.precomposeUnicode=true"],
  ...["log.date=relative", "log.decorate=full", "log.showRoot=false", "log.mailmap=false", "log.follow=true"],
  ...["color.ui=always", "column.ui=always", "patchid.stable=false", "grep.lineNumber=true"],
  ...["status.short=true", "status.showUntrackedFiles=no", "trailer.separators=%", "pretty.medium=oneline"],
];

/** Shell commands that prepare a copy, and the program's environment in it. */
const WAYS: readonly (readonly [name: string, script: string, env?: NodeJS.ProcessEnv])[] = [
  ["as it is", ":"],
  [
    "Turkish, in India, private",
    "umask 0077",
    { LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8", TZ: "Asia/Kolkata" },
  ],
  ["Danish, in the Andes", "umask 0002", { LC_ALL: "", LANG: "da_DK.UTF-8", TZ: "America/Lima" }],
  [
    "C, line ends of Windows",
    "git config core.autocrlf true; git config core.safecrlf true; git config core.eol crlf; echo '* text eol=crlf' >.git/info/attributes",
    { LC_ALL: "C" },
  ],
  [
    "a filter of all files, another encoding, no modes, files made in another order",
    `for each in objectives.md blockers.md handoff.md plan.md '*.json' '*.jsonl'; do echo "$each filter=up ident" >>.git/info/attributes; done
     git config filter.up.clean 'tr a-z A-Z'; git config filter.up.required true
     git config i18n.commitEncoding ISO-8859-1; git config i18n.logOutputEncoding ISO-8859-1
     git config core.fileMode false; chmod -R u+x .git/sessions
     cd .git/sessions; mkdir .other; for each in $(ls -A work | sort -r); do cp -Rp work/$each .other; done; rm -r work; mv .other work`,
  ],
  ["settings of diffs and logs", SETTINGS.map((each) => `git config ${each.replace("=", " '")}'`).join(";")],
];

test("the same session gives the same snapshot tree when pushed and when ended, in every clone", async () => {
  const s = await scratch({ session: ["work", "-o", "İstanbul ılık", "-o", "Zwei"] });
  for (const name of ["I", "i", "ı", "İ", "ä", "aa", "z", "Z", "öx"])
    await s.write(`src/${name}.ts`, "1\n2\n");
  await s.ok("decisions", "add", "Ünï", "--rationale", "ça va");
  await s.ok("checkpoint", "-A", "-m", "feat: Überschrift ✓");
  await s.git("mv", "src/Z.ts", "src/moved.ts");
  await s.ok("blockers", "add", "Wait", "--link", "#1");
  await s.ok("note", "a note\nof two lines");
  await s.write(".git/sessions/work/workspace/plan.md", "the plan\n");
  await s.write(".git/sessions/work/workspace/deep/Ärger.md", "more\r\n");
  await s.ok("checkpoint", "-m", "fix: two", "--complete", "1");
  await frozen(s);
  const trees: string[][] = [];
  for (const [at, [name, script, env]] of WAYS.entries()) {
    const copy = s.at(`../copy${at}`);
    await s.run("cp", ["-a", s.root, copy.root]);
    await s.git("init", "--quiet", "--bare", `../remote${at}`);
    const run = async (...args: string[]) => {
      const ran = await copy.run(
        "sh",
        [
          "-c",
          'umask "$0"; exec "$@"',
          /umask \d+/.exec(script)?.[0].slice(6) ?? "022",
          process.execPath,
          CLI,
          ...args,
        ],
        env ? { env } : {},
      );
      expect(ran.code, `${name}: ${ran.stderr}`).toBe(0);
      const ref = await copy.git("for-each-ref", "--format=%(objectname)", "refs/sessions/");
      return copy.git("-c", "core.quotePath=true", "ls-tree", "-r", ref);
    };
    const prepared = await copy.run("sh", ["-c", script]);
    expect(prepared.stderr, name).toBe("");
    trees.push([name, await run("push", `../remote${at}`, "--workspace"), await run("end")]);
  }
  const [first = []] = trees;
  expect(first[1]).toContain("workspace/deep");
  expect(first[2]).toContain("handoff.md");
  for (const [name, ...own] of trees) expect(own, name).toEqual(first.slice(1));
});
