import { spawn } from "node:child_process";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";

const CLI = path.resolve("dist/cli.js");

async function started(): Promise<Scratch> {
  const s = await scratch({ session: ["work"] });
  return s;
}

const kept = async (s: Scratch) =>
  JSON.parse(await s.read(".git/sessions/work/context.json")).verified as Record<string, unknown>[];

describe("verify --run", () => {
  test("records command, result, exit code, duration and commit, and prints the output to standard error", async () => {
    const s = await started();
    const head = await s.git("rev-parse", "HEAD");
    const ran = await s.session("verify", "echo seen; echo warned >&2; exit 3", "--run", "--json");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toBe("seen\nwarned\n");
    const verified = {
      command: "echo seen; echo warned >&2; exit 3",
      result: "failed",
      code: 3,
      commit: head,
    };
    expect(JSON.parse(ran.stdout)).toMatchObject(verified);
    expect(await kept(s)).toMatchObject([verified]);
    expect((await kept(s))[0]?.seconds).toBeTypeOf("number");
    expect(await s.ok("verify", "true", "--run")).toMatch(
      new RegExp(`^passed: true {2}exit 0 after \\d+(\\.\\d)? s, at ${head.slice(0, 8)}\n$`),
    );
    await s.write("README.md", "x\n");
    await s.ok("checkpoint", "-m", "feat: x");
    expect(await kept(s)).toMatchObject([{ code: 3 }, { code: 0 }]);
  });

  test("runs in the current folder and records it", async () => {
    const s = await started();
    await s.write("packages/a/here.txt", "x");
    await s.at("packages/a").ok("verify", "test -f here.txt", "--run");
    await s.ok("verify", "test -f README.md", "--run");
    expect((await kept(s)).map((each) => [each.command, each.result])).toEqual([
      ["test -f here.txt (in packages/a)", "passed"],
      ["test -f README.md", "passed"],
    ]);
  });

  test("uses the user's shell, or sh if that is not a shell", async () => {
    const s = await started();
    const run = (shell: string) =>
      s.run(process.execPath, [CLI, "verify", 'test -n "$BASH_VERSION"', "--run"], { env: { SHELL: shell } });
    expect((await run("/bin/bash")).code).toBe(0);
    expect((await run("/usr/sbin/nologin")).stderr).not.toContain("not available");
  });

  test("records the commit at the start of a command that commits", async () => {
    const s = await started();
    const head = await s.git("rev-parse", "HEAD");
    await s.ok("verify", "git commit --quiet --allow-empty -m x && git switch --quiet -c other", "--run");
    expect(await kept(s)).toMatchObject([{ result: "passed", commit: head }]);
    expect(await s.git("branch", "--show-current")).toBe("other");
  });

  test("runs nothing without a session to record it in", async () => {
    const s = await scratch();
    const ran = await s.session("verify", "touch ran", "--run");
    expect(ran.code).toBe(3);
    expect(s.exists("ran")).toBe(false);
  });

  test.each(["SIGINT", "SIGTERM"] as const)(
    "stops on %s, records nothing, and exits with 130",
    async (signal) => {
      const s = await started();
      const child = spawn(process.execPath, [CLI, "verify", "touch begun; exec sleep 60", "--run"], {
        cwd: s.root,
        env: s.env,
        stdio: ["ignore", "ignore", "pipe"],
      });
      let said = "";
      child.stderr.on("data", (chunk) => {
        said += chunk;
      });
      const closed = new Promise((resolve) => child.on("close", resolve));
      while (!s.exists("begun")) await wait(20);
      child.kill(signal);
      expect(await closed).toBe(130);
      expect(said).toContain("was interrupted; nothing was recorded");
      expect(await kept(s)).toEqual([]);
      await s.ok("note", "the session is not locked");
    },
  );

  test.each(["exit 130", "kill -INT $$"])(
    "records no result if the command ended as after Ctrl-C (%s)",
    async (ended) => {
      const s = await started();
      const ran = await s.session("verify", ended, "--run");
      expect(ran).toMatchObject({ code: 130 });
      expect(ran.stderr).toContain("was interrupted; nothing was recorded");
      expect(await kept(s)).toEqual([]);
    },
  );

  test.skipIf(process.platform !== "linux")("stops on Ctrl-C at a terminal", async () => {
    const s = await started();
    const typed = `(while [ ! -e begun ]; do sleep 0.05; done; printf '\\003'; sleep 1) | script -qec '${process.execPath} ${CLI} verify "touch begun; sleep 60" --run' /dev/null`;
    const ran = await s.run("sh", ["-c", typed]);
    expect(ran).toMatchObject({ code: 130 });
    expect(ran.stdout).toContain("was interrupted; nothing was recorded");
    expect(await kept(s)).toEqual([]);
  });
});

test("verify records a check by hand with a result and no exit code", async () => {
  const s = await started();
  expect(await s.ok("verify", "tried the login by hand", "--result", "passed")).toBe(
    "passed: tried the login by hand\n",
  );
  await s.ok("verify", "tried Windows", "--result", "failed");
  expect(await kept(s)).toMatchObject([{ result: "passed" }, { result: "failed" }]);
  expect((await kept(s))[0]).not.toHaveProperty("code");
  const both = await s.session("verify", "x", "--run", "--result", "passed");
  expect(both).toMatchObject({ code: 2 });
  expect(both.stderr).toContain("omit --result");
});

test("verify never runs scripts or settings of the repository", async () => {
  const s = await started();
  await s.write("package.json", '{"scripts":{"test":"touch ran","preverify":"touch ran"}}');
  await s.write(".session/config.yaml", "quality:\n  run: touch ran\nverify: touch ran\n");
  await s.write(".session/templates/sessions/x.yaml", "checklist: [touch ran]\n");
  await s.ok("start", "other", "--template", "x");
  await s.ok("verify", "touch ran", "--result", "passed");
  await s.ok("end");
  expect(s.exists("ran")).toBe(false);
});
