import { chmod } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { askProgram, findProgram } from "../../src/place/programs.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

/** A program on PATH that notes how it was called and answers what it is given. */
async function standIn(s: Scratch, name: string, answer: string, code = 0): Promise<void> {
  const file = path.join(s.home, "bin", name);
  await s.write(path.join(s.home, "answer"), answer);
  await s.write(
    file,
    `#!/bin/sh\nprintf '%s\\n' "$PWD" "$@" > "$HOME/called"\n[ ${code} = 0 ] && cat "$HOME/answer" || cat "$HOME/answer" >&2\nexit ${code}\n`,
  );
  await chmod(file, 0o755);
  s.env.PATH = `${path.join(s.home, "bin")}${path.delimiter}${process.env.PATH}`;
}

async function onRemote(address: string): Promise<Scratch> {
  const s = await scratch({ session: ["work", "-o", "One"] });
  await s.git("remote", "add", "origin", address);
  return s;
}

const called = async (s: Scratch) => (await s.read(path.join(s.home, "called"))).trimEnd().split("\n");

test("status --ci and handoff --ci ask gh for the runs of the branch", async () => {
  const s = await onRemote("https://me:s3cret@github.com/acme/shop.git");
  const headSha = await s.git("rev-parse", "HEAD");
  const run = {
    headSha,
    status: "completed",
    name: "CI",
    createdAt: "2024-05-01T10:00:00Z",
    updatedAt: "2024-05-01T10:05:00Z",
  };
  const failed = {
    ...run,
    workflowName: "Lint",
    conclusion: "failure",
    url: "https://github.com/acme/shop/actions/runs/2",
  };
  const passed = {
    ...run,
    workflowName: "Test",
    conclusion: "success",
    url: "https://github.com/acme/shop/actions/runs/1",
  };
  await standIn(s, "gh", JSON.stringify([failed, passed]));
  const ran = await s.session("status", "--ci");
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  expect(ran.stdout).toContain(
    `Build\n  failed ${headSha.slice(0, 8)}, gh\n  failed Lint\n  https://github.com/acme/shop/actions/runs/2`,
  );
  expect(await called(s)).toEqual([
    s.home,
    ...["run", "list", "--repo", "github.com/acme/shop", "--branch=work", "--limit", "50"],
    ...["--json", "headSha,status,conclusion,name,workflowName,url,createdAt,updatedAt"],
  ]);
  expect((await s.json("handoff", "--ci")).results.build).toMatchObject({
    status: "failed",
    source: "gh",
    failing: ["Lint"],
  });
  expect(await s.ok("handoff", "--ci")).toContain("- The build failed: `Lint`.");
});

test("without --ci, status runs neither gh nor glab", async () => {
  const s = await onRemote("git@github.com:acme/shop.git");
  await standIn(s, "gh", "[]");
  for (const args of [["status"], ["brief"], ["handoff"], ["end"]]) await s.ok(...args);
  expect(s.exists(path.join(s.home, "called"))).toBe(false);
});

test("status --ci runs glab for a GitLab remote, and asks about the branch's own remote", async () => {
  const s = await onRemote("git@gitlab.example.com:group/sub/shop.git");
  const sha = await s.git("rev-parse", "HEAD");
  const jobs = [{ name: "test", status: "success" }];
  await standIn(
    s,
    "glab",
    JSON.stringify({
      sha,
      status: "running",
      web_url: "https://gitlab.example.com/group/sub/shop/-/pipelines/9",
      jobs,
    }),
  );
  expect((await s.json("status", "--ci")).build).toEqual({
    ...{ status: "running", source: "glab", commit: sha.slice(0, 8), failing: [] },
    url: "https://gitlab.example.com/group/sub/shop/-/pipelines/9",
  });
  expect((await called(s)).slice(1)).toEqual([
    ...[
      "ci",
      "get",
      "--repo",
      "https://gitlab.example.com/group/sub/shop",
      "--branch=work",
      "--output",
      "json",
    ],
  ]);
});

test("status --ci reports a failing gh, and shows the rest of the status", async () => {
  const s = await onRemote("git@github.com:acme/shop.git");
  const why = async () => {
    const ran = await s.session("status", "--ci");
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining("Objectives") });
    return ran.stderr;
  };
  s.env.PATH = (process.env.PATH ?? "")
    .split(path.delimiter)
    .filter((each) => !findProgram("gh", "/nowhere", { PATH: each }))
    .join(path.delimiter);
  expect(await why()).toContain("gh is not on PATH (https://cli.github.com)");
  await standIn(s, "gh", "\nTo get started with GitHub CLI, please run:  gh auth login\n", 4);
  expect(await why()).toContain(
    "no build status: gh failed: To get started with GitHub CLI, please run:  gh auth login",
  );
  await standIn(s, "gh", "[]");
  expect(await why()).toContain("gh knows of no build of work");
  await standIn(s, "gh", "\u001b[2Jhello");
  expect(await why()).toContain("gh knows of no build of work");
  await s.git("remote", "set-url", "origin", "/srv/shop.git");
  expect(await why()).toContain("no remote is on GitHub or GitLab; .session/ci.json works with every host");
});

test("a gh program inside the clone is not run", async () => {
  const s = await onRemote("git@github.com:acme/shop.git");
  await s.write("gh", '#!/bin/sh\ntouch "$HOME/called"\n');
  await chmod(path.join(s.root, "gh"), 0o755);
  const others = (process.env.PATH ?? "")
    .split(path.delimiter)
    .filter((each) => !findProgram("gh", "/nowhere", { PATH: each }));
  s.env.PATH = [".", "", s.root, ...others].join(path.delimiter);
  expect((await s.session("status", "--ci")).stderr).toContain("gh is not on PATH");
  expect(s.exists(path.join(s.home, "called"))).toBe(false);
});

test("status --ci ends a hanging gh together with its child processes", async () => {
  const s = await scratch({ repository: false });
  await s.write("slow", '#!/bin/sh\nsleep 60 & echo $! > "$1"\nwait\n');
  await chmod(path.join(s.root, "slow"), 0o755);
  const answer = await askProgram(path.join(s.root, "slow"), [path.join(s.root, "pid")], 1000);
  expect(answer).toMatchObject({ late: true });
  const pid = Number(await s.read("pid"));
  await expect
    .poll(async () => (await s.run("ps", ["-o", "stat=", "-p", `${pid}`])).stdout.trim().replace(/^Z.*/, ""))
    .toBe("");
  expect(await askProgram(path.join(s.root, "nothing"), [], 1000)).toMatchObject({ stdout: "", late: false });
});
