/** Moving sessions never changes the clone's other data, its settings, or plain git. */
import { spawn } from "node:child_process";
import { chmod, rm } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { silentPort } from "../support/git-servers.ts";
import type { Scratch } from "../support/scratch.ts";
import { currentSessionId, gitConfig, localState, refNames, twoClones } from "../support/two-clones.ts";

const CLI = path.resolve("dist/cli.js");

/** The program with more in its environment, and a signal once it talks to the remote. */
function run(
  s: Scratch,
  words: readonly string[],
  env: NodeJS.ProcessEnv = {},
  signal?: NodeJS.Signals,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, ...words], { cwd: s.root, env: { ...s.env, ...env } });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    if (signal) setTimeout(() => child.kill(signal), 1500);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

test("a command with a silent remote gives up after sharing.timeout, and changes nothing", async () => {
  const { a } = await twoClones();
  const port = await silentPort();
  const before = await localState(a);
  for (const address of [`git://127.0.0.1:${port}/x.git`, `http://127.0.0.1:${port}/x.git`]) {
    for (const words of [
      ["push", address],
      ["pull", address],
    ]) {
      const { code, stderr } = await run(a, words, { SESSION_SHARING_TIMEOUT: "1s" });
      expect([words, code, stderr]).toEqual([
        words,
        1,
        expect.stringMatching(/^error: the remote did not answer for 1 seconds.*\nhint: .*\n$/),
      ]);
    }
  }
  expect(await localState(a)).toBe(before);
});

test.each(["SIGINT", "SIGTERM"] as const)(
  "%s during a push or pull exits with 130 and one line, and stops git",
  async (signal) => {
    const { a } = await twoClones();
    const port = await silentPort();
    const before = await localState(a);
    const address = `git://127.0.0.1:${port}/x.git`;
    const { code, stdout, stderr } = await run(a, ["push", address], {}, signal);
    expect([code, stdout]).toEqual([130, ""]);
    expect(stderr).toMatch(/^error: interrupted while talking to the remote.*\nhint: .*\n$/);
    expect(await localState(a)).toBe(before);
    const left = await a.run("sh", ["-c", `ps -eo args | grep -F ':${port}/' | grep -v grep || true`]);
    expect(left.stdout).toBe("");
  },
);

test("a hook never asks for a password, not even through another program, and the branch is pushed", async () => {
  const { a, remote } = await twoClones();
  await a.write("../askpass", `#!/bin/sh\necho "$@" >> '${a.root}/../asked'\necho x\n`);
  await chmod(path.join(a.root, "../askpass"), 0o755);
  await a.ok("hooks", "install");
  await a.ok("config", "set", "sharing.auto_push", "true");
  const { httpServer } = await import("../support/git-servers.ts");
  const { at } = await httpServer(a, { user: "ann", password: "s3cret" });
  await a.git("config", `url.${at("remote.git")}.insteadOf`, "none:");
  await a.git("commit", "--quiet", "--allow-empty", "-m", "more");
  // The push itself may ask, and gets its answer from the helper; the sessions' own one has none.
  const pushed = await a.run("git", ["push", "--quiet", at("remote.git", "ann:s3cret"), "work"], {
    env: { GIT_ASKPASS: path.join(a.root, "../askpass"), SSH_ASKPASS: path.join(a.root, "../askpass") },
  });
  expect(pushed.code).toBe(0);
  expect(await remote.git("rev-parse", "work")).toBe(await a.git("rev-parse", "work"));
  expect(pushed.stderr).not.toContain("s3cret");
  expect(a.exists("../asked")).toBe(false);
});

test("plain push, fetch, --prune and remote prune neither see nor delete session refs", async () => {
  const { a, b, remote, id } = await twoClones();
  await a.ok("push");
  await b.ok("pull");
  const [ours, before] = [await refNames(b, "refs/sessions/", "refs/session-remotes/"), await gitConfig(b)];
  await a.git("push", "--quiet", "origin", "--delete", "work");
  await b.git("fetch", "--prune");
  await b.git("fetch", "--all", "--prune", "--prune-tags", "--quiet");
  await b.git("remote", "prune", "origin");
  await b.git("remote", "update", "--prune");
  await b.git("push", "--prune", "--quiet", "origin", "refs/heads/*:refs/heads/*").catch(() => {});
  await b.git("push", "--all", "--quiet", "origin");
  expect(await refNames(b, "refs/sessions/", "refs/session-remotes/")).toBe(ours);
  expect(await gitConfig(b)).toBe(before);
  expect(await refNames(remote, "refs/sessions/")).toBe(`refs/sessions/${id}`);
  expect(await refNames(b, "refs/remotes/")).not.toContain("origin/work");
});

test("after pushes and pulls git fsck finds no fault, and gc removes nothing", async () => {
  const { a, b, remote, id } = await twoClones();
  await a.ok("push");
  await b.ok("pull");
  await b.ok("resume", id);
  for (const n of [1, 2]) {
    await b.ok("objectives", "add", `There ${n}`);
    await b.ok("push");
    await a.ok("pull");
  }
  await b.ok("end");
  await b.ok("push", id);
  await a.ok("pull");
  for (const s of [a, b, remote]) {
    const { code, stderr } = await s.run("git", ["fsck", "--strict", "--no-dangling"]);
    expect([code, stderr]).toEqual([0, ""]);
    await s.git("gc", "--quiet", "--prune=now");
  }
  expect(await a.ok("show", id)).toContain("There 2");
  expect(await b.ok("show", id)).toContain("There 2");
});

test("a rejected push is merged and retried, never forced", async () => {
  const { a, b, remote, id } = await twoClones();
  await a.ok("push");
  await b.ok("pull");
  await b.ok("resume", id);
  await b.ok("objectives", "add", "From there");
  await b.ok("push");
  await a.ok("objectives", "add", "From here");
  const [before] = (await remote.git("rev-parse", `refs/sessions/${id}`)).split("\n");
  expect(await a.ok("push")).toContain("merged");
  expect(await remote.git("merge-base", "--is-ancestor", before ?? "", `refs/sessions/${id}`)).toBe("");
  const text = await remote.git("show", `refs/sessions/${id}:objectives.md`);
  expect(text).toContain("From there");
  expect(text).toContain("From here");
  expect(await a.ok("status")).toContain("From there");
  await b.ok("pull");
  expect(await b.ok("status")).toContain("From here");
  expect(await b.git("rev-parse", `refs/sessions/${id}`)).toBe(
    await remote.git("rev-parse", `refs/sessions/${id}`),
  );
});

test("push gives up after four tries against a remote that is always faster", async () => {
  const { a, remote, id } = await twoClones();
  await a.ok("push");
  // Each push finds that somebody else was there just before.
  await remote.write("hooks/update", "#!/bin/sh\necho x >> tries\nexit 0\n");
  await remote.write(
    "hooks/pre-receive",
    `#!/bin/sh
unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES
echo x >> tries
old=$(git rev-parse refs/sessions/${id})
export GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x@example.com GIT_COMMITTER_NAME=x GIT_COMMITTER_EMAIL=x@example.com
git update-ref refs/sessions/${id} $(git log -1 --format=%B $old | git commit-tree $old^{tree} -p $old)
`,
  );
  await chmod(path.join(remote.root, "hooks/pre-receive"), 0o755);
  await a.ok("objectives", "add", "Two");
  const { code, stderr } = await a.session("push");
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining("the remote kept changing it; another process is pushing the same session"),
  ]);
  expect((await remote.read("tries")).trim().split("\n")).toHaveLength(4);
  await remote.git("config", "core.hooksPath", "/dev/null");
  expect(await a.ok("push")).toMatch(/pushed|merged/);
  expect(await remote.git("show", `refs/sessions/${id}:objectives.md`)).toContain("Two");
});

test("push names the remote's own reason if the remote cannot write its ref, with or without the session", async () => {
  const { a, remote, id } = await twoClones();
  const refused = async () => {
    await remote.write(`refs/sessions/${id}.lock`, "");
    const { code, stderr } = await a.session("push");
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/origin did not accept .*failed to update ref/),
    ]);
    expect(stderr).not.toContain("another process is pushing");
    await rm(path.join(remote.root, `refs/sessions/${id}.lock`));
  };
  await refused();
  await a.ok("push");
  await a.ok("note", "Later");
  await refused();
  expect(await a.ok("push")).toContain("pushed");
});

test("two concurrent pushes, of one session or two, both arrive", async () => {
  const { a, b, remote, id } = await twoClones();
  await a.ok("push");
  await b.ok("pull");
  await b.ok("resume", id);
  // One after the other: two of one number and one millisecond are one objective, with both texts.
  await a.ok("objectives", "add", "A");
  await b.ok("objectives", "add", "B");
  const both = await Promise.all([a.apart.session("push"), b.apart.session("push")]);
  expect(both.map((each) => each.code)).toEqual([0, 0]);
  const text = await remote.git("show", `refs/sessions/${id}:objectives.md`);
  expect([text.includes(": A"), text.includes(": B")]).toEqual([true, true]);
  // The same clone twice at once.
  await a.ok("note", "once more");
  const twice = await Promise.all([a.apart.session("push"), a.apart.session("push")]);
  expect(twice.map((each) => each.code)).toEqual([0, 0]);
  // All that is to be said is which of the two objectives got another number.
  for (const { stderr } of twice) expect(stderr).toMatch(/^(?:\w+: obj-2 \([AB]\) is obj-3 now: [^\n]*\n)?$/);
});

test("session refs have a reflog", async () => {
  const { a, b, id } = await twoClones();
  await a.ok("push");
  await b.ok("pull");
  await b.ok("resume", id);
  await b.ok("objectives", "add", "There");
  await b.ok("push");
  const was = await a.git("rev-parse", `refs/sessions/${id}`);
  await a.ok("pull");
  expect(await a.git("rev-parse", `refs/sessions/${id}@{1}`)).toBe(was);
});

test("auto_push merges a colleague's session, and git pushes the branch even if that fails", async () => {
  const { a, b, remote, id } = await twoClones();
  await a.ok("hooks", "install");
  await a.ok("config", "set", "sharing.auto_push", "true");
  await a.ok("push");
  await b.ok("pull");
  await b.ok("resume", id);
  await b.ok("objectives", "add", "From there");
  await b.ok("push");
  await a.git("commit", "--quiet", "--allow-empty", "-m", "more");
  await a.ok("objectives", "add", "From here");
  const { code, stderr } = await a.run("git", ["push", "--quiet"]);
  expect([code, stderr]).toEqual([0, ""]);
  const text = await remote.git("show", `refs/sessions/${id}:objectives.md`);
  expect(text).toContain("From there");
  expect(text).toContain("From here");
  expect(await remote.git("rev-parse", "work")).toBe(await a.git("rev-parse", "work"));
});

test("push to a mirroring remote is not forced and deletes nothing", async () => {
  const { a, remote } = await twoClones();
  await a.git("config", "remote.origin.mirror", "true");
  await remote.git("update-ref", "refs/heads/keep", "main");
  const id = await currentSessionId(a);
  const before = await gitConfig(a);
  await a.ok("push");
  expect(await refNames(remote)).toBe(
    `refs/heads/keep\nrefs/heads/main\nrefs/heads/work\nrefs/sessions/${id}`,
  );
  expect(await gitConfig(a)).toBe(before);
});

test("the user's push settings do not apply: followTags, push options, signed submodules", async () => {
  const { a, remote, id } = await twoClones();
  for (const [key, value] of [
    ["push.followTags", "true"],
    ["push.pushOption", "ci.skip"],
    ["push.recurseSubmodules", "only"],
    ["push.default", "nothing"],
  ] as const)
    await a.git("config", key, value);
  await a.git("tag", "-a", "v1", "-m", "v1");
  expect(await a.ok("push")).toContain("pushed");
  expect(await refNames(remote)).toBe(`refs/heads/main\nrefs/heads/work\nrefs/sessions/${id}`);
});
