/** The record after rewrites of history: each operation on three decisions in three plain commits. */
import { describe, expect, test } from "vitest";
import { decisionCommits } from "../support/decision-commits.ts";
import { fixture, initRepository, type Scratch } from "../support/scratch.ts";

const TEXTS = ["Use PKCE", "Keep tokens in the keychain", "Log in with the system browser"];
const WHY = "the older way is deprecated";

interface Operation {
  readonly name: string;
  /** Made by git on this machine, so that stock git reads the trailers afterwards. */
  readonly byServer?: boolean;
  readonly run: (repo: Scratch) => Promise<void>;
}

const OPERATIONS: readonly Operation[] = [
  {
    name: "rebase",
    run: async (repo) => {
      await repo.git("switch", "--quiet", "main");
      await repo.write("main.txt", "meanwhile\n");
      await repo.git("add", "main.txt");
      await repo.git("commit", "--quiet", "-m", "chore: meanwhile");
      await repo.git("switch", "--quiet", "feature/login");
      await repo.git("rebase", "--quiet", "main");
    },
  },
  {
    name: "commit --amend --no-edit",
    run: async (repo) => {
      await repo.write("file-3.txt", "amended\n");
      await repo.git("commit", "--quiet", "--all", "--amend", "--no-edit");
    },
  },
  {
    name: "commit --amend -m",
    run: async (repo) => {
      await repo.git("commit", "--quiet", "--amend", "-m", "feat: said better");
    },
  },
  {
    name: "rebase -i, edit, commit --amend -m",
    run: async (repo) => {
      await rebase(repo, "1,3s/^pick/edit/");
      for (const n of [1, 2, 3]) {
        await repo.git("commit", "--quiet", "--amend", "-m", `feat: reworded ${n}`);
        await repo.git("rebase", "--continue");
      }
    },
  },
  { name: "rebase -i, fixup", run: (repo) => rebase(repo, "2,3s/^pick/fixup/") },
  { name: "rebase -i, squash", run: (repo) => rebase(repo, "2,3s/^pick/squash/") },
  {
    name: "cherry-pick, branch deleted",
    run: async (repo) => {
      await repo.git("switch", "--quiet", "main");
      await repo.git("cherry-pick", "main..feature/login");
      await repo.git("branch", "--quiet", "-D", "feature/login");
    },
  },
  {
    name: "merge --squash, commit -m, branch deleted",
    run: async (repo) => {
      await repo.git("switch", "--quiet", "main");
      await repo.git("merge", "--quiet", "--squash", "feature/login");
      await repo.git("commit", "--quiet", "-m", "feat: login");
      await repo.git("branch", "--quiet", "-D", "feature/login");
    },
  },
  {
    name: "merge --squash, commit in the editor, branch deleted",
    run: async (repo) => {
      await repo.git("switch", "--quiet", "main");
      await repo.git("merge", "--quiet", "--squash", "feature/login");
      await repo.run("git", ["commit", "--quiet"], { env: { GIT_EDITOR: "true" } });
      await repo.git("branch", "--quiet", "-D", "feature/login");
    },
  },
  {
    name: "a server's squash with the title only, branch deleted",
    byServer: true,
    run: (repo) => serverSquash(repo, async () => "Login (#12)\n"),
  },
  {
    name: "a server's squash with the commits' messages, branch deleted",
    byServer: true,
    run: (repo) =>
      serverSquash(repo, async () => {
        const messages = (await repo.git("log", "--reverse", "-z", "--format=%B", "main..feature/login"))
          .split("\0")
          .map((message) => `* ${message.trim()}`);
        return `Login (#12)\n\n${messages.join("\n\n")}\n`;
      }),
  },
  {
    name: "filter-branch",
    run: async (repo) => {
      await repo.run(
        "git",
        [
          "filter-branch",
          "--force",
          "--env-filter",
          "GIT_AUTHOR_NAME='Somebody Else'",
          "main..feature/login",
        ],
        { env: { FILTER_BRANCH_SQUELCH_WARNING: "1" } },
      );
      await repo.git("update-ref", "-d", "refs/original/refs/heads/feature/login");
    },
  },
];

const FURTHER: readonly Operation[] = [
  { name: "rebase -i, fixup -C", run: (repo) => rebase(repo, "2,3s/^pick/fixup -C/") },
  {
    name: "rebase --autosquash of fixup! and squash!",
    run: async (repo) => {
      await repo.git("commit", "--quiet", "--allow-empty", "--fixup=HEAD~1");
      await repo.git("commit", "--quiet", "--allow-empty", "--squash=HEAD~1", "-m", "more to say");
      await rebase(repo, "1s/^/&/", "--autosquash", "--keep-empty");
    },
  },
  {
    name: "rebase -i, reword in the editor",
    run: (repo) => rebase(repo, "1,3s/^pick/reword/", "--keep-empty"),
  },
  {
    name: "rebase with the apply backend",
    run: async (repo) => {
      await repo.git("rebase", "--quiet", "--apply", "--force-rebase", "main");
    },
  },
];

test.each(FURTHER)("three decisions all survive: $name", async ({ run }) => {
  const repo = await threeDecisions(true);
  const { id } = (await repo.json("status")).session;
  await run(repo);
  const listed = await decisionCommits(repo, id);
  expect(listed.map((each) => each.id)).toEqual(["dec-1", "dec-2", "dec-3"]);
  for (const { commit } of listed) {
    const read = await repo.git("log", "-1", "--format=%(trailers:key=Session-Id,valueonly)", `${commit}`);
    expect(read.trim()).toBe(id);
  }
  await repo.git("commit", "--quiet", "--allow-empty", "-m", "on with it");
  expect(await repo.git("log", "-1", "--format=%B")).not.toContain("Decisions");
});

describe.each(["git commit", "session checkpoint"])("three decisions, each by %s", (how) => {
  test.each(OPERATIONS)("all survive: $name", async ({ run, byServer }) => {
    const repo = await threeDecisions(how === "git commit");
    const { id } = (await repo.json("status")).session;
    await run(repo);
    const found = await repo.json("decisions", "list", "--all");
    expect(found.map((each: { text: string }) => each.text).sort()).toEqual([...TEXTS].sort());
    // The same in `log` and `handoff`, and only commits that a ref leads to.
    expect((await decisionCommits(repo, id)).map((each) => each.id)).toEqual(["dec-1", "dec-2", "dec-3"]);
    for (const decision of found) {
      expect(decision.state).toBe("committed");
      expect(decision.rationale).toBe(WHY);
      if (byServer) continue;
      const read = await repo.git(
        "log",
        "-1",
        "--format=%(trailers:key=Decisions,valueonly)",
        decision.commit,
      );
      expect(read).toContain(decision.text);
    }
  });
});

function threeDecisions(plain: boolean): Promise<Scratch> {
  return fixture(`rewrites ${plain}`, (repo) => makeThreeDecisions(repo, plain));
}

async function makeThreeDecisions(repo: Scratch, plain: boolean): Promise<void> {
  await initRepository(repo, { session: ["feature/login", "-o", "Log in", "-o", "Log out"] });
  await repo.ok("hooks", "install");
  for (const [at, text] of TEXTS.entries()) {
    await repo.write(`file-${at + 1}.txt`, `${text}\n`);
    await repo.git("add", "--all");
    await repo.ok("decisions", "add", text, "--rationale", WHY);
    if (plain) await repo.git("commit", "--quiet", "-m", `feat: step ${at + 1}`);
    else await repo.ok("checkpoint", "-m", `feat: step ${at + 1}`);
  }
}

/** `git rebase --interactive` over the three commits, with the list edited by sed. */
async function rebase(repo: Scratch, edit: string, ...options: string[]): Promise<void> {
  const env = { GIT_SEQUENCE_EDITOR: `sed -i -e '${edit}'`, GIT_EDITOR: "true" };
  const { code, stderr } = await repo.run("git", ["rebase", "--interactive", ...options, "main"], { env });
  if (code !== 0) throw new Error(stderr);
}

/** Squashes the branch into one commit on main as a server does, without hooks. */
async function serverSquash(repo: Scratch, message: () => Promise<string>): Promise<void> {
  const tree = await repo.git("rev-parse", "feature/login^{tree}");
  const { stdout } = await repo.run("git", ["commit-tree", tree, "-p", "main", "-F", "-"], {
    input: await message(),
  });
  await repo.git("update-ref", "refs/heads/main", stdout.trim());
  await repo.git("switch", "--quiet", "main");
  await repo.git("branch", "--quiet", "-D", "feature/login");
}
