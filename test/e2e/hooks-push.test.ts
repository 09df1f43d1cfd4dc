/** Sessions that go along with `git push`, where that was asked for. */
import { chmod } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";

async function started(on = true): Promise<Scratch> {
  const repo = await scratch();
  await repo.run("git", ["init", "--quiet", "--bare", "../remote.git"]);
  await repo.git("remote", "add", "origin", "../remote.git");
  await repo.ok("start", "work", "-o", "One");
  await repo.ok("hooks", "install");
  if (on) await repo.ok("config", "set", "sharing.auto_push", "true");
  await repo.git("commit", "--quiet", "--allow-empty", "-m", "one");
  return repo;
}

const remoteRefs = (repo: Scratch) => repo.at("../remote.git").git("for-each-ref", "--format=%(refname)");
const push = (repo: Scratch, ...args: string[]) => repo.run("git", ["push", "--quiet", ...args]);

test("git push sends no session unless auto_push is set", async () => {
  const repo = await started(false);
  expect(await push(repo, "origin", "work")).toMatchObject({ code: 0, stderr: "" });
  expect(await remoteRefs(repo)).toBe("refs/heads/work");
});

test("the pre-push hook starts the program only if the settings allow a push, as init's settings do", async () => {
  const repo = await started(false);
  await repo.ok("init", "--yes");
  await repo.write("../called.sh", `echo "$*" > '${repo.at("../called").root}'\n`);
  await repo.write(".git/sessions/.hooks/program", `/bin/sh\n${repo.at("../called.sh").root}\n`);
  await repo.git("push", "--quiet", "origin", "work");
  expect(repo.exists("../called")).toBe(false);
  await repo.ok("config", "set", "sharing.auto_push", "true");
  await repo.git("push", "--quiet", "origin", "work:again");
  expect(await repo.read("../called")).toBe("hook push origin refs/heads/work\n");
});

test("with auto_push, git push sends the current state of the session of the pushed branch", async () => {
  const repo = await started();
  const { id } = (await repo.json("status")).session;
  await repo.git("branch", "other");
  expect(await push(repo, "origin", "other")).toMatchObject({ code: 0 });
  expect(await remoteRefs(repo)).toBe("refs/heads/other");
  expect(await push(repo, "origin", "HEAD")).toMatchObject({ code: 0, stderr: "" });
  expect(await remoteRefs(repo)).toBe(`refs/heads/other\nrefs/heads/work\nrefs/sessions/${id}`);
  const first = await repo.git("rev-parse", `refs/sessions/${id}`);
  await repo.git("push", "--quiet", "--force", "origin", "work:elsewhere");
  expect(await repo.git("rev-parse", `refs/sessions/${id}`)).toBe(first);
  await repo.ok("objectives", "add", "Two");
  await repo.git("push", "--quiet", "origin", "work:again");
  const held = await repo.at("../remote.git").git("show", `refs/sessions/${id}:objectives.md`);
  expect(held).toContain("obj-2: Two");
});

test.each([
  ["--dry-run", ["--dry-run", "origin", "work"]],
  ["tags only", ["origin", "refs/tags/v1"]],
  ["--delete", ["origin", "--delete", "gone"]],
  ["--no-verify", ["--no-verify", "origin", "work"]],
])("%s pushes no session", async (_name, args) => {
  const repo = await started();
  await repo.git("tag", "v1");
  await repo.git("push", "--quiet", "--no-verify", "origin", "main:gone");
  expect(await push(repo, ...args)).toMatchObject({ code: 0 });
  expect(await remoteRefs(repo)).not.toContain("refs/sessions");
});

test("a remote that refuses sessions still takes the branch, and one line reports the refusal", async () => {
  const repo = await started();
  await repo.at("../remote.git").git("config", "receive.hideRefs", "refs/sessions");
  const { code, stderr } = await push(repo, "origin", "work");
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /^session: push: sessions were not pushed to origin: .*refs\/sessions\/\w+.*hidden ref.*\n$/,
  );
  expect(await remoteRefs(repo)).toBe("refs/heads/work");
});

test("an existing pre-push hook sees the refs and may refuse; then no session is pushed", async () => {
  const repo = await scratch();
  await repo.run("git", ["init", "--quiet", "--bare", "../remote.git"]);
  await repo.git("remote", "add", "origin", "../remote.git");
  await repo.write(
    ".git/hooks/pre-push",
    '#!/bin/sh\necho "$1 $2" > ../seen; cat >> ../seen; exit "$(cat ../code)"\n',
  );
  await chmod(path.join(repo.root, ".git/hooks/pre-push"), 0o755);
  await repo.ok("start", "work", "-o", "One");
  await repo.ok("hooks", "install");
  await repo.ok("config", "set", "sharing.auto_push", "true");
  await repo.write("../code", "1");
  expect((await push(repo, "origin", "work")).code).toBe(1);
  expect(await remoteRefs(repo)).toBe("");
  await repo.write("../code", "0");
  expect((await push(repo, "origin", "work")).code).toBe(0);
  const head = await repo.git("rev-parse", "HEAD");
  expect(await repo.read("../seen")).toBe(
    `origin ../remote.git\nrefs/heads/work ${head} refs/heads/work ${"0".repeat(40)}\n`,
  );
  expect(await remoteRefs(repo)).toContain("refs/sessions/");
});
