import { expect, test } from "vitest";
import { fixture, initRepository, type Scratch } from "../support/scratch.ts";

/** A session with one commit, on a branch that `main` has gone on from. */
function diverged(): Promise<Scratch> {
  return fixture("a session and a main that went on", async (s) => {
    await initRepository(s);
    await s.ok("start", "work", "-o", "One");
    await s.write("work.txt", "work\n");
    await s.ok("checkpoint", "-A", "-m", "docs: work", "--decision", "Kept");
    await s.git("switch", "--quiet", "main");
    await s.write("main.txt", "main\n");
    await s.git("add", "main.txt");
    await s.git("commit", "--quiet", "-m", "docs: main");
    await s.git("switch", "--quiet", "work");
  });
}

const OWN = "branch.main.mergeOptions";

const SETTINGS: readonly { readonly settings: Record<string, string>; readonly refuses?: RegExp }[] = [
  { settings: { [OWN]: "--no-commit" } },
  { settings: { [OWN]: "--squash -X theirs --no-verify" } },
  { settings: { [OWN]: "--strategy=ours" } },
  { settings: { [OWN]: "--ff-only" }, refuses: /not a fast-forward/ },
  { settings: { "merge.ff": "only" }, refuses: /not a fast-forward/ },
  { settings: { "merge.verifySignatures": "true" }, refuses: /does not have a (good )?GPG signature/ },
  { settings: { "commit.gpgSign": "true" }, refuses: /sign/ },
  {
    settings: {
      "pull.twohead": "ours",
      "pull.rebase": "true",
      "rebase.autoStash": "true",
      "merge.autoStash": "true",
      "merge.log": "true",
      "core.editor": "false",
      "commit.verbose": "true",
      "commit.cleanup": "scissors",
      "submodule.recurse": "true",
      "branch.autoSetupMerge": "inherit",
      "checkout.defaultRemote": "nowhere",
      "push.default": "nothing",
    },
  },
];

test.each(SETTINGS)(
  "with $settings a merge reaches the target, or nothing happens",
  async ({ settings, refuses }) => {
    const s = await diverged();
    for (const [key, value] of Object.entries(settings)) await s.git("config", "--global", key, value);
    await s.git("config", "--global", "gpg.program", "false");
    const [main, before] = [await s.git("rev-parse", "main"), await s.fingerprint()];
    for (const where of ["work", "elsewhere"]) {
      // Where no work tree has the target, its ref moves alone.
      if (where === "elsewhere") await s.git("switch", "--quiet", "-c", "third", main);
      const kinds = where === "work" && refuses === undefined ? [["--squash"], []] : [[]];
      for (const how of kinds) {
        const { code, stderr } = await s.session("end", "work", "--merge-to", "main", ...how);
        const what = { code, stderr, where, how };
        expect(s.exists(".git/MERGE_HEAD"), JSON.stringify(what)).toBe(false);
        if (refuses !== undefined) {
          expect(what).toMatchObject({ code: 4, stderr: expect.stringMatching(refuses) });
          if (where === "work") expect(await s.fingerprint()).toBe(before);
          expect(await s.git("rev-parse", "main")).toBe(main);
          expect((await s.json("list"))[0].state).toBe("active");
          continue;
        }
        expect(what).toMatchObject({ code: 0 });
        expect(await s.git("ls-tree", "--name-only", "main")).toBe("README.md\nmain.txt\nwork.txt");
        expect(await s.git("rev-list", "--count", `${main}..main`)).toBe(how[0] === "--squash" ? "1" : "2");
        expect(await s.git("log", "-3", "--format=%(trailers:key=Decisions)", "main")).toContain("Kept");
        await s.git("switch", "--quiet", where === "work" ? "work" : "third");
        await s.git("branch", "--force", "main", main);
        await s.ok("resume", "work");
        if (where === "elsewhere") await s.git("switch", "--quiet", "third");
      }
    }
  },
);

test("a commit that a hook takes back is not reported as a checkpoint", async () => {
  const s = await diverged();
  await s.write("work.txt", "more\n");
  await s.write(".git/hooks/post-commit", "#!/bin/sh\ngit reset --quiet --soft HEAD~\n");
  await s.run("chmod", ["+x", ".git/hooks/post-commit"]);
  const { error } = await s.json("checkpoint", "-m", "docs: more");
  expect(error).toMatchObject({
    code: "commit-refused",
    message: "git commit succeeded but HEAD has not moved: a hook undid the commit",
  });
  expect(await s.read("work.txt")).toBe("more\n");
});

test("end --delete-branch deletes a merged branch, even if its upstream lacks commits", async () => {
  const s = await diverged();
  await s.git("clone", "--quiet", "--bare", ".", "../up.git");
  await s.git("remote", "add", "origin", "../up.git");
  await s.git("fetch", "--quiet", "origin");
  await s.git("branch", "--quiet", "--set-upstream-to=origin/work", "work");
  await s.write("work.txt", "not pushed\n");
  await s.ok("checkpoint", "-m", "docs: more");
  expect((await s.json("end", "--merge-to", "main", "--delete-branch")).deletedBranch).toBe(true);
  expect(await s.git("branch", "--list", "work")).toBe("");
});
