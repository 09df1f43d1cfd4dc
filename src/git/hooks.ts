import { open, readFile, rename, stat } from "node:fs/promises";
import path from "node:path";

import { ask, read } from "./read.ts";
import type { Repository } from "./repository.ts";
import { changed } from "./write.ts";

/** Hook settings of a work tree, as git reports them. */
export interface HookAnswers {
  /** Major and minor version of git. */
  readonly version: readonly [number, number];
  /** Effective value and scope of the setting `core.hooksPath`. */
  readonly setting?: { readonly value: string; readonly scope: string; readonly origin: string };
  /** Absolute path of the folder in which git finds hooks. */
  readonly folder: string;
  /**
   * Hooks in git's configuration by name: event (`hook.<name>.event`) and command (`hook.<name>.command`).
   */
  readonly configured: ReadonlyMap<string, { readonly event: string; readonly command: string }>;
  /** Names of events that a setting `hook.<event>.enabled` disables. */
  readonly disabled: readonly string[];
}

/** Reads the hooks folder and the configured hooks, in parallel. @throws Failure `git-failed` */
export async function askHooks({ root }: Repository): Promise<HookAnswers> {
  const [version, setting, folder, configured] = await Promise.all([
    read(root, ["version"]),
    ask(root, ["config", "-z", "--show-scope", "--show-origin", "--get-all", "core.hooksPath"]),
    read(root, ["rev-parse", "--git-path", "hooks"]),
    ask(root, ["config", "-z", "--get-regexp", "^hook\\."]),
  ]);
  const [scope, origin, value] = setting.stdout.split("\0").slice(-4);
  const [, major = "0", minor = "0"] = /(\d+)\.(\d+)/.exec(version) ?? [];
  return {
    version: [Number(major), Number(minor)],
    folder: path.resolve(root, folder.replace(/\n$/, "")),
    ...(scope === undefined || origin === undefined || value === undefined
      ? {}
      : { setting: { scope, origin, value } }),
    ...configuredHooks(configured.stdout),
  };
}

/** Reports whether git tracks files in a folder of the work tree, and whether git ignores new files in it. */
export async function isTracked({ root }: Repository, folder: string) {
  const [files, ignored] = await Promise.all([
    ask(root, ["--literal-pathspecs", "ls-files", "-z", "--", folder]),
    ask(root, ["check-ignore", "--quiet", "--", path.join(folder, "prepare-commit-msg")]),
  ]);
  return { tracked: files.stdout !== "", ignored: ignored.code === 0 };
}

/**
 * Configures a command for an event in this clone; git 2.54 and newer run it.
 * @throws Failure `git-failed`
 */
export async function configureHook({ root }: Repository, name: string, event: string, command: string) {
  for (const [key, value] of [
    ["event", event],
    ["command", command],
  ] as const) {
    await changed(root, ["config", "--local", "--replace-all", `hook.${name}.${key}`, value]);
  }
}

/** Removes a configured hook from this clone's configuration. @throws Failure `git-failed` */
export async function unconfigureHook({ root }: Repository, name: string): Promise<void> {
  await changed(root, ["config", "--local", "--remove-section", `hook.${name}`]);
}

/**
 * Returns a digest of this clone's configuration if its last line has no line end: git adds one when
 * it writes.
 */
export async function openConfig({ commonDir }: Repository): Promise<string | undefined> {
  const text = await readFile(path.join(commonDir, "config"), "latin1");
  return text.endsWith("\n") ? undefined : digestOf(text);
}

/** Removes the line end that git added to the last line, if the configuration is otherwise unchanged. */
export async function reopenConfig({ commonDir }: Repository, digest: string): Promise<void> {
  const file = path.join(commonDir, "config");
  // Uses git's own lock file. See https://git-scm.com/docs/api-lockfile
  const lock = await open(`${file}.lock`, "wx", (await stat(file)).mode & 0o777);
  const text = (await readFile(file, "latin1")).replace(/\n$/, "");
  const before = digestOf(text) === digest ? text : `${text}\n`;
  await lock.writeFile(before, "latin1");
  await lock.close();
  await rename(`${file}.lock`, file);
}

function digestOf(text: string): string {
  const { createHash } = process.getBuiltinModule("node:crypto");
  return createHash("sha256").update(text, "latin1").digest("hex");
}

/**
 * Parses `hook.<name>.event`, `.command` and `.enabled`; if a key has several values, the last value counts,
 * as in git.
 */
function configuredHooks(listed: string): Pick<HookAnswers, "configured" | "disabled"> {
  const configured = new Map<string, { event: string; command: string }>();
  const disabled: string[] = [];
  for (const record of listed.split("\0")) {
    const [key = "", ...rest] = record.split("\n");
    const [, name, what] = /^hook\.(.+)\.(event|command|enabled)$/.exec(key) ?? [];
    if (name === undefined || what === undefined) continue;
    const value = rest.join("\n");
    if (what !== "enabled")
      configured.set(name, { ...(configured.get(name) ?? { event: "", command: "" }), [what]: value });
    else if (/^(false|no|off|0)$/i.test(value)) disabled.push(name);
  }
  return { configured, disabled };
}
