/** The servers that people have: each takes sessions, or refuses them with a line that says what to do. */
import { execFile } from "node:child_process";
import { chmod } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { bareRemote, freePort, gitDaemon, httpServer, noSshd, sshServer } from "../support/git-servers.ts";
import { currentSessionId, localState, refNames, type TwoClones, twoClones } from "../support/two-clones.ts";

/** One session there and back over an address, changed on the other side. */
async function thereAndBack({ a, b, remote, id }: TwoClones, address: string): Promise<void> {
  for (const each of [a, b]) await each.git("remote", "set-url", "origin", address);
  expect(await a.ok("push")).toContain("pushed");
  expect(await remote.git("cat-file", "-t", `refs/sessions/${id}`)).toBe("commit");
  expect(await b.ok("pull")).toContain(`new\tWork\twork\t${id}`);
  await a.ok("objectives", "add", "Two");
  expect(await a.ok("push")).toContain("pushed");
  expect(await b.ok("pull")).toContain("forward");
  expect((await b.session("sync")).stderr).toBe("Already up to date.\n");
}

/** An error in one line, with commands that help. */
const ONE_LINE = /^error: .*\n(hint: .*\n)+$/;

test("push and pull work over git daemon", async () => {
  const t = await twoClones();
  const at = await gitDaemon(t.a);
  await thereAndBack(t, at("remote.git"));
});

test("a git daemon that refuses pushes gives one line, and nothing changes", async () => {
  const { a } = await twoClones();
  const at = await gitDaemon(a, "--timeout=30");
  await a.git("remote", "set-url", "origin", at("remote.git"));
  const before = await localState(a);
  const { code, stdout, stderr } = await a.session("push");
  expect([code, stdout, stderr]).toEqual([
    1,
    "",
    expect.stringMatching(/^error: origin refuses access: .*\nhint: git fetch\n$/),
  ]);
  expect(await localState(a)).toBe(before);
});

test("push and pull work over smart HTTP with a credential helper", async () => {
  const t = await twoClones();
  const { at } = await httpServer(t.a, { user: "ann", password: "s3cret" });
  for (const each of [t.a, t.b])
    await each.git(
      "config",
      "credential.helper",
      '!f() { test "$1" = get && echo username=ann && echo password=s3cret; }; f',
    );
  await thereAndBack(t, at("remote.git"));
});

test.each([
  [
    "wants a password, and nobody is there to type one",
    { user: "ann", password: "x" },
    /requires authentication/,
  ],
  ["401 for every request", { status: 401 }, /requires authentication|denied permission/],
  ["403 for pushes", { pushStatus: 403 }, /denied permission.*403/],
  ["404", { status: 404 }, /no repository at origin/],
  ["500", { status: 500 }, /cannot reach origin.*500/],
])("smart HTTP: %s gives one line, and nothing changes", async (_name, rules, line) => {
  const { a } = await twoClones();
  const { at } = await httpServer(a, rules);
  await a.git("remote", "set-url", "origin", at("remote.git"));
  const before = await localState(a);
  const { code, stdout, stderr } = await a.session("push");
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(line);
  expect(stderr).toMatch(ONE_LINE);
  expect(await localState(a)).toBe(before);
  if ("pushStatus" in rules) return;
  const pulled = await a.session("pull");
  expect([pulled.code, pulled.stderr]).toEqual([1, expect.stringMatching(ONE_LINE)]);
  expect(await localState(a)).toBe(before);
});

test("credentials in a URL are never printed", async () => {
  const { a } = await twoClones();
  const { at } = await httpServer(a, { user: "ann", password: "s3cret" });
  const secret = at("remote.git", "ann:s3cret");
  const wrong = at("remote.git", "ann:wr0ng");
  const said: string[] = [];
  for (const words of [
    ["push", secret],
    ["pull", secret],
    ["push", wrong],
    ["sync", wrong],
  ]) {
    for (const more of [[], ["--json"], ["--verbose"]]) {
      const { stdout, stderr } = await a.session(...words, ...more);
      said.push(stdout, stderr);
    }
  }
  await a.git("remote", "set-url", "origin", secret.replace("remote.git", "nowhere.git"));
  const { stdout, stderr } = await a.session("push");
  const all = [...said, stdout, stderr, await refNames(a)].join("\n");
  expect(all).toContain("***@127.0.0.1");
  expect(all).not.toMatch(/s3cret|wr0ng/);
});

// In CI it has to be there.
test.skipIf(noSshd && !process.env.CI)(
  `push and pull work over ssh${noSshd ? ` (skipped: ${noSshd})` : ""}`,
  async () => {
    const t = await twoClones();
    const { at, ssh } = await sshServer(t.a);
    for (const each of [t.a, t.b]) await each.git("config", "core.sshCommand", ssh);
    await thereAndBack(t, at("remote.git"));
    // A key that is not let in, and a host whose key nobody has checked: neither asks where nobody is there.
    const before = await localState(t.a);
    const run = (command: string) =>
      t.a.run(process.execPath, [path.resolve("dist/cli.js"), "push"], { env: { GIT_SSH_COMMAND: command } });
    const other = await run(ssh.replace(/ssh\/user /, "ssh/other "));
    expect([other.code, other.stderr]).toEqual([
      1,
      expect.stringMatching(/^error: origin denied permission: .*\nhint: git fetch\n$/),
    ]);
    const stranger = await run(ssh.replace(/known_hosts/, "nobody_known"));
    expect([stranger.code, stranger.stderr]).toEqual([
      1,
      expect.stringMatching(/^error: ssh does not know the key of origin: .*\nhint: git fetch\n$/),
    ]);
    expect(await localState(t.a)).toBe(before);
  },
);

test("push and pull work with spaces and non-ASCII letters in a path or file:// URL", async () => {
  const t = await twoClones();
  const odd = await bareRemote(t.a, "mit Leerzeichen und größe/服务器 remote.git");
  await thereAndBack({ ...t, remote: odd }, odd.root);
  const c = t.a.at("../third");
  await t.a.git("clone", "--quiet", "../remote.git", c.root);
  expect(await c.ok("pull", `file://${odd.root}`)).toContain(t.id);
  const { at } = await httpServer(t.a);
  const again = await c.session("pull", at(path.relative(path.dirname(t.a.root), odd.root)));
  expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining("Already up to date.") });
});

test("insteadOf and pushInsteadOf apply as in git", async () => {
  const { a, b, remote, id } = await twoClones();
  const push = await bareRemote(a, "for-pushes.git");
  await a.git("remote", "set-url", "origin", "short:remote.git");
  await a.git("config", `url.${path.dirname(remote.root)}/.insteadOf`, "short:");
  await a.git("config", `url.${path.dirname(push.root)}/for-pushes.git.pushInsteadOf`, "short:remote.git");
  await a.ok("push");
  expect([await refNames(push, "refs/sessions/"), await refNames(remote, "refs/sessions/")]).toEqual([
    `refs/sessions/${id}`,
    "",
  ]);
  await b.git("config", `url.${path.dirname(push.root)}/for-pushes.git.insteadOf`, "p:x");
  expect(await b.ok("pull", "p:x")).toContain(id);
});

test("push sends to all push URLs, and reports one that refuses", async () => {
  const { a, remote, id } = await twoClones();
  const second = await bareRemote(a, "second.git");
  await a.git("remote", "set-url", "--add", "--push", "origin", "../remote.git");
  await a.git("remote", "set-url", "--add", "--push", "origin", "../second.git");
  await second.git("config", "receive.hideRefs", "refs/sessions");
  const { code, stderr } = await a.session("push");
  expect([code, stderr]).toEqual([1, expect.stringContaining("hidden ref")]);
  expect(await refNames(remote, "refs/sessions/")).toBe(`refs/sessions/${id}`);
  await second.git("config", "--unset", "receive.hideRefs");
  expect((await a.session("push")).code).toBe(0);
  expect(await refNames(second, "refs/sessions/")).toBe(`refs/sessions/${id}`);
});

test.each([
  ["receive.hideRefs", /hidden ref; this host does not accept refs\/sessions, or not from you\n.*\n$/],
  ["update", /: hook declined; nothing was changed\n.*\n {2}remote: error: hook declined to update.*\n$/],
  ["pre-receive", /pre-receive hook declined; nothing was changed\n.*\n {2}remote: POLICY: see the wiki\n$/],
])("a host that accepts only branches and tags is reported: %s", async (how, reason) => {
  const { a, remote, id } = await twoClones();
  const hook = async (name: string, script: string) => {
    await remote.write(`hooks/${name}`, `#!/bin/sh\n${script}\n`);
    await chmod(path.join(remote.root, "hooks", name), 0o755);
  };
  if (how === "receive.hideRefs") await remote.git("config", "receive.hideRefs", "refs/sessions");
  if (how === "update") await hook("update", "case $1 in refs/heads/*|refs/tags/*) ;; *) exit 1 ;; esac");
  if (how === "pre-receive")
    await hook(
      "pre-receive",
      "while read -r _ _ ref; do case $ref in refs/heads/*) ;; *) echo POLICY: see the wiki; exit 1 ;; esac; done",
    );
  const before = await localState(a);
  const { code, stderr } = await a.session("push");
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^error: origin did not accept refs\/sessions\/\w+: .*\nhint: .*\n( {2}remote: .*\n)?$/,
  );
  expect(stderr).toMatch(reason);
  const hint = `session export ${id} --format bundle -o session.bundle`;
  expect(stderr).toContain(`\nhint: ${hint}\n`);
  expect(await localState(a)).toBe(before);
  expect((await a.session("share", "@")).code).toBe(1);
  expect(await localState(a)).toBe(before);
  await a.git("commit", "--quiet", "--allow-empty", "-m", "more");
  await a.git("push", "--quiet", "origin", "work");
  await a.ok(...hint.split(" ").slice(1));
});

test("the hint after a refused push repeats its session and remote", async () => {
  const { a, remote, id } = await twoClones();
  const lock = `refs/sessions/${id}.lock`;
  await remote.write(lock, "");
  await a.git("switch", "--quiet", "main");
  const { stderr } = await a.session("push", "work", "origin");
  expect(stderr).toContain(
    "failed to update ref; nothing was changed\nhint: session push work origin\n  remote: ",
  );
  await a.run("rm", [`../remote.git/${lock}`]);
  await a.ok("push", "work", "origin");
  await remote.write("hooks/update", "#!/bin/sh\necho Keep them; exit 1\n");
  await chmod(path.join(remote.root, "hooks/update"), 0o755);
  expect((await a.session("share", "--undo", "work")).stderr).toMatch(
    /^error: origin did not delete refs\/sessions\/\w+: hook declined; nothing was changed\n {2}remote: Keep them\n/,
  );
});

test("if the remote refuses some sessions the others arrive, and repeating the push is safe", async () => {
  const { a, remote, id } = await twoClones();
  await a.ok("start", "second", "-o", "S");
  const second = await currentSessionId(a);
  await remote.write(
    "hooks/update",
    `#!/bin/sh\ncase $1 in *${second}) echo "not this one" >&2; exit 1 ;; esac\n`,
  );
  await chmod(path.join(remote.root, "hooks/update"), 0o755);
  const { code, stdout, stderr } = await a.session("push", "--all", "--json");
  expect(code).toBe(1);
  expect(JSON.parse(stdout).sessions).toMatchObject([
    { id: second, outcome: "refused", reason: "hook declined" },
    { id, outcome: "pushed" },
  ]);
  expect(stderr).toContain(`the remote refused ${second}: hook declined\n  remote: not this one\n`);
  expect(await refNames(remote, "refs/sessions/")).toBe(`refs/sessions/${id}`);
  expect(await refNames(a, "refs/sessions/")).toBe(`refs/sessions/${id}`);
  await remote.write("hooks/update", "#!/bin/sh\n");
  expect(await a.json("push", "--all")).toMatchObject({
    sessions: [
      { id: second, outcome: "pushed" },
      { id, outcome: "same" },
    ],
  });
});

test("a repository with the other object format is refused with git's reason", async () => {
  const { a } = await twoClones();
  const long = await bareRemote(a, "sha256.git", "--object-format=sha256");
  const tree = await long.git("write-tree");
  await long.git(
    "update-ref",
    "refs/sessions/k3f9qzm2x7ab",
    await long.git("commit-tree", tree, "-m", "root"),
  );
  const before = await localState(a);
  const push = await a.session("push", "../sha256.git");
  expect([push.code, push.stderr]).toEqual([
    1,
    expect.stringMatching(
      /sha256\.git uses another object format \(SHA-1 or SHA-256\), and git does not mix them: .*\nhint: session export .*\n$/,
    ),
  ]);
  const pull = await a.session("pull", "../sha256.git");
  expect([pull.code, pull.stderr]).toEqual([
    1,
    expect.stringMatching(
      /sha256\.git uses another object format \(SHA-1 or SHA-256\), and git does not mix them: .*\nhint: session export .*\n$/,
    ),
  ]);
  expect(await localState(a)).toBe(before);
});

test("push and pull work between SHA-256 repositories", async () => {
  const { a } = await twoClones();
  await promisify(execFile)("git", ["init", "--quiet", "--object-format=sha256", "-b", "main", "../long"], {
    cwd: a.root,
    env: a.env,
  });
  const long = a.at("../long");
  await bareRemote(a, "sha256.git", "--object-format=sha256");
  await long.git("remote", "add", "origin", "../sha256.git");
  await long.git("commit", "--quiet", "--allow-empty", "-m", "root");
  await long.ok("start", "work", "-o", "One");
  const id = await currentSessionId(long);
  await long.ok("push");
  await long.git("push", "--quiet", "origin", "work", "main");
  const other = a.at("../long-too");
  await a.git("clone", "--quiet", "../sha256.git", other.root);
  expect(await other.ok("pull")).toContain(id);
  expect(await other.ok("resume", id)).toContain("One");
});

test("an unreachable server, host, folder or remote gives one line, and nothing changes", async () => {
  const { a } = await twoClones();
  const before = await localState(a);
  const port = await freePort();
  const cases: [string, RegExp][] = [
    [`git://127.0.0.1:${port}/x.git`, /cannot reach/],
    [`http://127.0.0.1:${port}/x.git`, /cannot reach/],
    ["https://host.invalid/x.git", /cannot reach/],
    ["../nowhere.git", /no repository at/],
    ["/nowhere at all/x.git", /no repository at/],
  ];
  for (const [address, line] of cases) {
    for (const words of [
      ["push", address],
      ["pull", address],
    ]) {
      const { code, stdout, stderr } = await a.session(...words);
      expect([words.join(" "), code, stdout]).toEqual([words.join(" "), 1, ""]);
      expect(stderr).toMatch(line);
      expect(stderr).toMatch(ONE_LINE);
    }
  }
  expect(await localState(a)).toBe(before);
});
