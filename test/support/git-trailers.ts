import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Trailer } from "../../src/trailers/parse/git-trailers.ts";

/** Returns the trailers that git reads from messages: one `git fast-import` commits them, one `git log` reads them. */
export function trailersByGit(messages: readonly string[]): { stored: string; trailers: Trailer[] }[] {
  const folder = mkdtempSync(path.join(os.tmpdir(), "session-trailers-"));
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    LC_ALL: "C",
  };
  const git = (args: string[], input?: Buffer) =>
    execFileSync("git", args, { cwd: folder, env, maxBuffer: 1 << 30, ...(input ? { input } : {}) }).toString(
      "utf8",
    );
  try {
    git(["init", "--quiet"]);
    const parts: Buffer[] = [];
    messages.forEach((message, at) => {
      const bytes = Buffer.from(message);
      parts.push(
        Buffer.from(
          `commit refs/heads/m\nmark :${at + 1}\ncommitter T <t@example.com> ${1000 + at} +0000\ndata ${bytes.length}\n`,
        ),
        bytes,
        Buffer.from("\n"),
      );
    });
    git(["fast-import", "--quiet"], Buffer.concat(parts));
    const format = "%B%x00%(trailers:only=true,unfold=false,separator=%x01,key_value_separator=%x02)%x03";
    const records = git(["log", "--reverse", `--format=${format}`, "refs/heads/m"]).split("\x03\n");
    return records.slice(0, messages.length).map((record) => {
      const [stored = "", text = ""] = record.split("\0");
      const trailers =
        text === ""
          ? []
          : text
              .split("\x01")
              .map((each) => ({
                key: each.split("\x02")[0] ?? "",
                value: each.split("\x02").slice(1).join("\x02"),
              }));
      return { stored, trailers };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
