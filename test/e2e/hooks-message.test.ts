/** Messages as git's settings have them cleaned and encoded: the block stays last, whole, and is read back. */
import { describe, expect, test } from "vitest";
import { fixture, initRepository, type Scratch } from "../support/scratch.ts";

function started(): Promise<Scratch> {
  return fixture("hooks-message", async (repo) => {
    await initRepository(repo, { session: ["work", "-o", "One"] });
    await repo.ok("hooks", "install");
  });
}

const PLAIN = ["-c", "core.commentChar=;", "-c", "i18n.logOutputEncoding=UTF-8"];
const message = (repo: Scratch) => repo.git(...PLAIN, "log", "-1", "--format=%B");
/** Returns the trailers that git reads if no line of the message is a comment. */
const trailer = async (repo: Scratch, key: string) =>
  (await repo.git(...PLAIN, "log", "-1", `--format=%(trailers:key=${key},valueonly)`)).trim();

describe("a last line that begins with the comment character", () => {
  const modes = ["default", "strip", "whitespace", "verbatim", "scissors"] as const;
  const kept = new Set<string>(["whitespace", "verbatim", "scissors"]);

  test.each(modes)(
    "is kept with --cleanup=%s, by option and setting, with any comment, with and without a diff",
    async (mode) => {
      const repo = await started();
      for (const comment of ["#", "%"]) {
        await repo.git("config", "core.commentChar", comment);
        const words = `feat: one\\n\\nSome words.\\n\\n${comment.replace("%", "%%")}123 is what it is about\\n`;
        const below = 'cp "$1" ../seen; { printf "%s"; cat ../seen; } > "$1"'.replace("%s", words);
        for (const editor of [`printf "${words}" > "$1"`, below]) {
          for (const how of [[`--cleanup=${mode}`], [`--cleanup=${mode}`, "-v"], ["-v"], []]) {
            await repo.git("config", "commit.cleanup", how[0]?.startsWith("--cleanup") ? "default" : mode);
            await repo.write("README.md", `${Math.random()}\n`);
            const env = { GIT_EDITOR: `sh -c '${editor}' --` };
            const { code, stderr } = await repo.run("git", ["commit", "-qa", ...how], { env });
            const what = `${comment} ${editor} ${how}`;
            expect(code, what + stderr).toBe(0);
            expect(await trailer(repo, "Session-Id"), what + (await message(repo))).toMatch(/^\w{12}$/);
            expect((await message(repo)).includes(`${comment}123 is`), what).toBe(kept.has(mode));
            expect(await message(repo), what).not.toContain("diff --git");
          }
        }
      }
    },
  );

  test("below a sign-off leaves the trailer block in the sign-off's paragraph", async () => {
    const repo = await started();
    for (const mode of modes) {
      const typed = 'printf "feat: one\\n\\nSigned-off-by: A <a@example.com>\\n#12 is it\\n" > "$1"';
      const env = { GIT_EDITOR: `sh -c '${typed}' --` };
      const args = ["commit", "-q", "--allow-empty", `--cleanup=${mode}`];
      expect((await repo.run("git", args, { env })).code).toBe(0);
      expect(await trailer(repo, "Session-Id"), mode).toMatch(/^\w{12}$/);
      expect(await trailer(repo, "Signed-off-by"), mode).toBe("A <a@example.com>");
    }
  });

  test("is also kept in an edited squash", async () => {
    const repo = await started();
    await repo.ok("decisions", "add", "Use A");
    for (const name of ["a", "b"]) {
      await repo.write(`${name}.txt`, name);
      await repo.git("add", "--all");
      await repo.git("commit", "--quiet", "-m", `feat: ${name}`);
    }
    await repo.git("switch", "--quiet", "main");
    await repo.git("merge", "--quiet", "--squash", "work");
    const env = { GIT_EDITOR: `sh -c 'printf "feat: all\\n\\n#12 is it\\n" > "$1"' --` };
    expect((await repo.run("git", ["commit", "-q", "--cleanup=whitespace"], { env })).code).toBe(0);
    expect(await message(repo)).toMatch(/^feat: all\n\n#12 is it\n\nSession-Objectives:/);
    expect(await trailer(repo, "Decisions")).toContain("dec-1: Use A");
  });
});

describe.each([
  ["ISO-8859-1", "Größe", "über"],
  ["ISO-8859-15", "Preis in €", "für"],
  ["Shift_JIS", "ソート十分", "ソ表"],
  ["EUC-JP", "能率", "表示"],
  ["GBK", "决定", "说明"],
  ["Big5", "功能", "許功蓋"],
])("messages in %s", (encoding, decision, word) => {
  /** Runs git with text in the encoding: an argument, or a file for `-F`. */
  const sh = (repo: Scratch, line: string) => repo.run("sh", ["-c", line]);
  const encoded = (text: string) => `printf '%s\\n' '${text}' | iconv -f UTF-8 -t ${encoding}`;

  test("keep the record in plain, amended, fixup and squashed commits", async () => {
    const repo = await started();
    await repo.git("config", "i18n.commitEncoding", encoding);
    await repo.ok("objectives", "add", `${decision} 0`);
    for (const n of [1, 2]) {
      await repo.ok("decisions", "add", `${decision} ${n}`);
      await repo.write(`${n}.txt`, `${n}\n`);
      await repo.git("add", "--all");
      const { code, stderr } = await sh(repo, `${encoded(`feat: ${word} ${n}`)} | git commit -q -F -`);
      expect(code, stderr).toBe(0);
      expect(await trailer(repo, "Decisions")).toContain(`${decision} ${n}`);
    }
    expect(await message(repo)).not.toContain("obj-1");
    await repo.ok("objectives", "complete", "obj-1");
    await sh(repo, `${encoded(`feat: ${word} half`)} | git commit -q --allow-empty -F -`);
    expect(await message(repo)).toContain("obj-1: One\n - ... 1 more (session show)\n");
    await repo.git("reset", "--quiet", "--hard", "HEAD~1");
    const amended = await sh(repo, `git commit -q --amend -m "$(${encoded(`feat: ${word} 3`)})"`);
    expect(amended.stderr).toBe("");
    expect(await message(repo)).toContain(`feat: ${word} 3\n`);
    expect(await trailer(repo, "Decisions")).toContain(`${decision} 2`);

    await repo.write("3.txt", "3\n");
    await repo.git("add", "--all");
    await repo.ok("decisions", "add", `${decision} 3`);
    await sh(repo, `${encoded(`feat: ${word} 4`)} | git commit -q -F -`);
    const env = { GIT_SEQUENCE_EDITOR: "sed -i -e '3s/^pick/fixup/'", GIT_EDITOR: "true" };
    const rebased = await repo.run("git", ["rebase", "-qi", "main"], { env });
    expect(rebased.code, rebased.stderr).toBe(0);
    expect(await message(repo)).toContain(`feat: ${word} 3\n`);
    for (const n of [2, 3]) expect(await trailer(repo, "Decisions")).toContain(`${decision} ${n}`);

    await repo.git("switch", "--quiet", "main");
    await repo.git("merge", "--quiet", "--squash", "work");
    const { stderr } = await sh(repo, `${encoded(`feat: ${word}`)} | git commit -q -F -`);
    expect(stderr).toBe("");
    expect((await message(repo)).startsWith(`feat: ${word}\n`)).toBe(true);
    for (const n of [1, 2, 3]) expect(await trailer(repo, "Decisions")).toContain(`${decision} ${n}`);
    expect((await repo.json("trailers")).session.objectives).toMatchObject([{}, { text: `${decision} 0` }]);
  });

  test("whose encoding lacks a character of the record make the record wait, with one line of warning", async () => {
    const repo = await started();
    await repo.git("config", "i18n.commitEncoding", encoding);
    await repo.ok("decisions", "add", `${decision} → 🎉`);
    const { code, stderr } = await sh(repo, `${encoded(`feat: ${word}`)} | git commit -q --allow-empty -F -`);
    expect(code).toBe(0);
    expect(stderr).toBe(
      `session: commit: the record waits: ${encoding} (i18n.commitEncoding) has no place for one of its characters\n`,
    );
    expect(await message(repo)).toBe(`feat: ${word}\n`);
    expect((await repo.json("status")).pending).toEqual(["dec-1"]);
    await repo.git("config", "i18n.commitEncoding", "UTF-8");
    await repo.git("commit", "--quiet", "--allow-empty", "-m", "feat: next");
    expect(await trailer(repo, "Decisions")).toContain(`${decision} → 🎉`);
  });
});
