import { expect, test } from "vitest";
import { expectRun, expectWholeSession } from "../support/expect-run.ts";
import { scratch } from "../support/scratch.ts";

/** Settings that people have, and some that nobody should: none of them may change what we do. */
const HOSTILE: Readonly<Record<string, Record<string, string>>> = {
  "what is shown": {
    "color.ui": "always",
    "color.status": "always",
    "column.ui": "always",
    "core.pager": "false",
    "pager.log": "true",
    "core.abbrev": "4",
    "core.quotePath": "true",
    "log.decorate": "full",
    "log.showSignature": "true",
    "log.follow": "true",
    "log.date": "format:%n%n",
    "log.mailmap": "true",
    "log.showRoot": "false",
    "log.diffMerges": "combined",
    "format.pretty": "%x00%n%H",
    "format.notes": "refs/notes/*",
    "notes.displayRef": "refs/notes/*",
    "i18n.logOutputEncoding": "ISO-8859-1",
    "branch.sort": "-committerdate",
    "tag.sort": "-version:refname",
    "grep.patternType": "perl",
    "blame.date": "relative",
  },
  "diffs and status": {
    "diff.noprefix": "true",
    "diff.mnemonicPrefix": "true",
    "diff.external": "false",
    "diff.renames": "copies",
    "diff.renameLimit": "1",
    "diff.submodule": "log",
    "diff.ignoreSubmodules": "all",
    "diff.orderFile": "/dev/null",
    "diff.relative": "true",
    "diff.algorithm": "histogram",
    "diff.context": "0",
    "diff.interHunkContext": "99",
    "diff.wordRegex": ".",
    "diff.colorMoved": "zebra",
    "diff.suppressBlankEmpty": "true",
    "diff.statGraphWidth": "1",
    "diff.autoRefreshIndex": "false",
    "status.showUntrackedFiles": "no",
    "status.relativePaths": "true",
    "status.short": "true",
    "status.branch": "true",
    "status.showStash": "true",
    "status.renames": "false",
    "status.aheadBehind": "false",
    "status.submoduleSummary": "true",
  },
  "commits and branches": {
    "commit.cleanup": "scissors",
    "commit.verbose": "2",
    "commit.status": "false",
    "commit.template": "/nowhere",
    "core.editor": "false",
    "core.commentChar": ";",
    "core.logAllRefUpdates": "false",
    "core.hooksPath": "/dev/null",
    "trailer.separators": "=",
    "trailer.ifmissing": "doNothing",
    "trailer.where": "start",
    "i18n.commitEncoding": "ISO-8859-1",
    "branch.autoSetupMerge": "always",
    "branch.autoSetupRebase": "always",
    "checkout.guess": "false",
    "checkout.defaultRemote": "nowhere",
    "push.default": "nothing",
    "merge.conflictStyle": "diff3",
    "merge.log": "20",
    "merge.renames": "false",
    "merge.stat": "false",
    "merge.autoStash": "true",
    "merge.suppressDest": "",
    "rebase.autoStash": "true",
    "rerere.enabled": "true",
    "advice.detachedHead": "true",
    "gc.auto": "1",
  },
  "files and the index": {
    "core.autocrlf": "input",
    "core.safecrlf": "warn",
    "core.fileMode": "false",
    "core.ignoreCase": "true",
    "core.symlinks": "false",
    "core.trustctime": "false",
    "core.checkStat": "minimal",
    "core.preloadIndex": "false",
    "core.untrackedCache": "true",
    "core.splitIndex": "true",
    "core.fsmonitor": "false-program",
    "core.attributesFile": "/nowhere",
    "core.excludesFile": "/nowhere",
    "core.sharedRepository": "group",
    "core.precomposeUnicode": "true",
    "core.protectNTFS": "true",
    "core.whitespace": "trailing-space,tab-in-indent,cr-at-eol",
    "index.version": "4",
    "index.threads": "1",
    "feature.manyFiles": "true",
    "add.ignoreErrors": "true",
    "fsck.skipList": "/dev/null",
  },
};

test.each(Object.entries(HOSTILE))(
  "a whole session works with a global configuration about %s",
  async (_about, settings) => {
    const s = await scratch();
    for (const [key, value] of Object.entries(settings)) await s.git("config", "--global", key, value);
    await expectWholeSession(s, () => s.write("README.md", "edited ä\n"), "feature/ü");
    await s.write("src/new file.txt", "// TODO: later\n");
    await expectRun(s, ["checkpoint", "-A", "-m", "feat: new", "--decision", "Second"], {
      changes: ["head", "refs", "index"],
    });
    const brief = await s.ok("brief");
    expect(brief).toMatch(/TODO added in `.*src\/new file\.txt` line 1: `later`/);
    expect(brief).toContain("`src/new file.txt` added, +1");
    await expectRun(s, ["end", "--merge-to", "main"], { changes: ["head", "refs", "snapshots"] });
    const message = (await s.git("cat-file", "commit", "main")).split("\n\n").slice(1).join("\n\n");
    expect(message).toContain("dec-2: Second");
    expect(await s.json("decisions", "list", "--all")).toHaveLength(2);
  },
);

test.each(["false", "only"])(
  "with merge.ff=%s end merges as git does, and --squash still works",
  async (value) => {
    const s = await scratch();
    await s.git("config", "--global", "merge.ff", value);
    await s.ok("start", "one");
    await s.write("README.md", "one\n");
    await s.ok("checkpoint", "-m", "feat: one");
    await s.ok("end", "--merge-to", "main");
    expect(await s.git("rev-list", "--count", "--merges", "main")).toBe(value === "false" ? "1" : "0");
    await s.ok("start", "two");
    for (const n of [1, 2]) {
      await s.write("README.md", `two ${n}\n`);
      await s.ok("checkpoint", "-m", `feat: two ${n}`, "--decision", `Decision ${n}`);
    }
    const before = Number(await s.git("rev-list", "--count", "main"));
    await s.ok("end", "--merge-to", "main", "--squash");
    expect(Number(await s.git("rev-list", "--count", "main"))).toBe(before + 1);
    expect(await s.json("decisions", "list", "--all")).toHaveLength(2);
  },
);

test.each([
  ["diff.orderFile", "/nowhere"],
  ["core.attributesFile", "/dev"],
  ["diff.renameLimit", "many"],
])("with %s=%s, on which git itself fails, git's message is shown", async (key, value) => {
  const s = await scratch({ session: ["work", "-o", "One"] });
  await s.write("README.md", "x\n");
  await s.git("config", key, value);
  for (const args of [["status"], ["brief"], ["checkpoint", "-m", "x"]]) {
    const ran = await s.session(...args);
    expect([0, 1]).toContain(ran.code);
    if (ran.code === 1) expect(ran.stderr).toMatch(/^error: git \w+ failed: .+\n$|^error: .*/);
    expect(ran.stderr).not.toMatch(/unexpected/);
  }
});
