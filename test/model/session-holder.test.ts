import { describe, expect, test } from "vitest";
import { parsePs } from "../../src/record/processes.ts";
import {
  type Holder,
  holderAmong,
  holdingOf,
  holdingText,
  isHolderOutdated,
  nameOf,
  type Process,
} from "../../src/session/holder.ts";

let pid = 1000;
const process = (...args: string[]): Process => ({ pid: --pid, started: "1", args });

/** Returns the holder among a command's parent processes, given as command lines, the nearest first. */
function held(...lines: string[]): string | undefined {
  const above = lines.map((line) => process(...line.split(" ")));
  return holderAmong(above)?.args.join(" ");
}

describe("the holder of a session", () => {
  test.each([
    ["a shell that somebody types in", ["bash", "tmux"], "bash"],
    ["a login shell", ["-zsh", "login"], "-zsh"],
    ["a shell with options", ["/usr/bin/fish -i --private", "kitty"], "/usr/bin/fish -i --private"],
    ["a shell that an editor set up", ["bash --init-file /x/rc.sh", "code"], "bash --init-file /x/rc.sh"],
    ["a shell with a shell option", ["bash -o vi", "xterm"], "bash -o vi"],
    ["an agent that runs commands by a shell", ["/bin/bash -c session status", "claude"], "claude"],
    [
      "an agent with a login shell for each command",
      ["bash -lc x", "codex --full-auto"],
      "codex --full-auto",
    ],
    ["a script", ["sh ./work.sh", "-bash"], "-bash"],
    ["a hook of git", ["sh .git/hooks/post-commit", "git commit -m x", "zsh -i"], "zsh -i"],
    ["git session", ["git session note", "dash"], "dash"],
    ["npx", ["sh -c git-session", "npm exec git-session", "zsh"], "zsh"],
    ["npm by its file", ["node /usr/lib/node_modules/npm/bin/npm-cli.js run x", "zsh"], "zsh"],
    [
      "a session that runs another one",
      ["sh -c session note x", "node /usr/bin/session verify", "ksh"],
      "ksh",
    ],
    ["runners on runners", ["timeout 5 session x", "env A=1 timeout 5", "xargs -n1 env", "ash"], "ash"],
    ["an agent on node", ["sh -c x", "node /opt/agent/cli.js"], "node /opt/agent/cli.js"],
    ["an agent on Python", ["python3.12 -m aider", "bash"], "python3.12 -m aider"],
    ["a shell on Windows", ["cmd.exe /d /s /c session", "pwsh.exe -NoLogo"], "pwsh.exe -NoLogo"],
    [
      "a shell of an editor on Windows",
      ["pwsh.exe -noexit -command x", "Code.exe"],
      "pwsh.exe -noexit -command x",
    ],
  ])("%s", (_name, above, holder) => {
    expect(held(...above)).toBe(holder);
  });

  test("is the parent process under cron, under ssh or for an orphan, where no process outlives the command", () => {
    expect(held("sh -c session note x", "cron -f", "init")).toBe("sh -c session note x");
    expect(held("bash -c session note x", "sshd: user@notty", "sshd: /usr/sbin/sshd")).toBe(
      "bash -c session note x",
    );
    expect(holderAmong([{ pid: 1, started: "1", args: ["/sbin/weird-init"] }])?.pid).toBe(1);
    expect(holderAmong([])).toBeUndefined();
  });

  test("is the first process of a container if that is a shell", () => {
    const shell: Process = { pid: 1, started: "1", args: ["bash"] };
    expect(holderAmong([process("sh", "-c", "x"), shell])).toBe(shell);
    const sleep: Process = { pid: 1, started: "1", args: ["sleep", "infinity"] };
    expect(holderAmong([process("sh", "-c", "x"), sleep])?.args).toEqual(["sh", "-c", "x"]);
  });

  test.each([
    ["-bash", "bash"],
    ["/usr/local/bin/claude --resume", "claude"],
    ["node /opt/agents/gemini.js", "gemini"],
    ["python3 -m aider", "aider"],
    ["node", "node"],
    ["C:\\Windows\\pwsh.exe", "pwsh"],
  ])("the process %s is named %s", (line, name) => {
    expect(nameOf(process(...line.split(" ")))).toBe(name);
  });

  test("a process title with spaces is split into program and arguments", () => {
    expect(nameOf(process("npm exec git-session"))).toBe("npm");
    expect(holderAmong([process("npm exec git-session"), process("zsh")])?.args).toEqual(["zsh"]);
  });

  test("may be a process without a name", () => {
    expect(nameOf({ pid: 7, started: null, args: [] })).toBe("a process");
  });
});

const AT = "2026-01-01T10:00:00.000Z";
const holder: Holder = { pid: 42, host: "here", started: "77", worktree: "/w", at: AT, who: "claude" };
const later = (minutes: number) => new Date(Date.parse(AT) + minutes * 60_000).toISOString();

describe("the holder counts as present", () => {
  const live = (from: Holder, minutes: number, started: string | null | undefined) =>
    holdingOf(from, AT, {
      host: "here",
      now: later(minutes),
      running: started === undefined ? undefined : { started },
    }).live;

  test("while its process lives, however long ago its last activity was", () => {
    expect(live(holder, 600, "77")).toBe(true);
    expect(live(holder, 0, undefined)).toBe(false);
  });

  test("unless another process has its pid", () => {
    expect(live(holder, 1, "78")).toBe(false);
  });

  test("by pid alone if start times are unknown", () => {
    expect(live(holder, 1, null)).toBe(true);
    expect(live({ ...holder, started: null }, 1, "78")).toBe(true);
  });

  test("for half an hour on another machine", () => {
    const there = { ...holder, host: "there" };
    expect(live(there, 30, undefined)).toBe(true);
    expect(live(there, 31, undefined)).toBe(false);
    expect(live(there, 31, "77")).toBe(false);
  });
});

test("a holder note is renewed if it differs, is older than a minute, or lies in the future", () => {
  const before = { holder, last: AT };
  const next = (more: Partial<Holder>, minutes = 0.5) => ({ ...holder, ...more, at: later(minutes) });
  expect(isHolderOutdated(undefined, next({}))).toBe(true);
  expect(isHolderOutdated(before, next({}))).toBe(false);
  expect(isHolderOutdated(before, next({}, 1.1))).toBe(true);
  expect(isHolderOutdated(before, next({}, -1.1))).toBe(true);
  for (const other of [{ pid: 43 }, { worktree: "/v" }, { who: "zsh" }, { started: "78" }, { host: "there" }])
    expect(isHolderOutdated(before, next(other))).toBe(true);
});

test("a holder is shown with name, place if it differs, and age", () => {
  const seen = { host: "here", now: later(2), worktree: "/w" };
  const running = { started: "77" };
  const holding = holdingOf(holder, AT, { ...seen, running });
  expect(holdingText(holding, seen)).toBe("held by claude, 2 minutes ago");
  expect(holdingText(holding, { ...seen, worktree: "/v" })).toBe("held by claude in /w, 2 minutes ago");
  const gone = holdingOf(holder, AT, { ...seen, running: undefined });
  expect(holdingText(gone, { ...seen, now: later(90) })).toBe("last held by claude, 1 hour ago");
  const there = holdingOf({ ...holder, host: "there" }, AT, { ...seen, running: undefined });
  expect(holdingText(there, { ...seen, now: AT })).toBe("held by claude on there, less than a minute ago");
});

test("the parser of ps reads its output into processes", () => {
  const text =
    "    1     0 Mon Nov  2 09:00:00 2026 /sbin/launchd\n 4242     1 Tue Nov 10 10:11:12 2026 -zsh -i  \nnonsense\n";
  expect(parsePs(text)).toEqual([
    { pid: 1, parent: 0, started: "Mon Nov 2 09:00:00 2026", args: ["/sbin/launchd"] },
    { pid: 4242, parent: 1, started: "Tue Nov 10 10:11:12 2026", args: ["-zsh", "-i"] },
  ]);
});
