/**
 * Chooses the remote of a command, and names its folder of fetched refs and its address for display.
 * Pure.
 */
import { Failure } from "../../session/failure.ts";
import { nearest } from "../../text/nearest.ts";
import { shellWord } from "../../text/shell.ts";

/** git's settings about remotes: all values of each key, in order. */
export type RemoteSettings = ReadonlyMap<string, readonly string[]>;

/** Returns the names of the remotes in git's settings. */
export function remoteNames(settings: RemoteSettings): string[] {
  const names = [...settings.keys()].flatMap(
    (key) => /^remote\.(.+)\.(?:url|pushurl|vcs)$/s.exec(key)?.[1] ?? [],
  );
  return [...new Set(names)];
}

/**
 * Returns the remote that git would use for a branch, else the only remote. `sessions`: names that the user
 * typed, for hints.
 * @throws Failure `no-remote` without any, `which-remote` (exit 2) if several are possible
 */
export function usualRemote(
  settings: RemoteSettings,
  branch: string | undefined,
  direction: "push" | "pull",
  sessions: readonly string[] = [],
): string {
  const names = remoteNames(settings);
  const of = (key: string) => settings.get(key)?.at(-1);
  const own = branch === undefined ? [] : [of(`branch.${branch}.remote`)];
  const first = branch === undefined ? [] : [of(`branch.${branch}.pushremote`)];
  const wanted = direction === "push" ? [...first, of("remote.pushdefault"), ...own] : own;
  // Skips `.`: the remote of a branch that tracks another branch of this clone.
  const said = wanted.find((each) => each !== undefined && each !== ".");
  if (said !== undefined) return said;
  if (names.includes("origin")) return "origin";
  if (names.length === 1 && names[0] !== undefined) return names[0];
  if (names.length === 0)
    throw new Failure("no-remote", "this repository has no remote to share sessions through", {
      hint: `git remote add origin <url>\n${direction === "push" ? bundleCommand(sessions) : "session import <file>"}`,
    });
  const typed = sessions.map(shellWord);
  const words =
    direction === "push" ? [...(typed.length > 0 ? typed : ["@"]), names[0]] : [names[0], ...typed];
  throw new Failure("which-remote", `there are several remotes: ${names.join(", ")}`, {
    hint: `session ${direction} ${words.join(" ")}`,
  });
}

/** Returns the command that writes sessions to a file instead of a remote; without names, this branch's. */
export function bundleCommand(sessions: readonly string[]): string {
  const which = sessions.length > 1 ? ["--all"] : sessions.map(shellWord);
  return ["session export", ...which, "--format bundle -o session.bundle"].join(" ");
}

/** Reports whether a word is an address or a path, not the name of a session or remote. */
export function isAddress(word: string): boolean {
  return /^(\/|\.{1,2}(\/|\\|$)|~|[A-Za-z]:[\\/])/.test(word) || word.includes(":") || word.includes("\\");
}

/** Returns Failure `unknown-remote`, which lists the remotes. */
export function unknownRemote(name: string, names: readonly string[]): Failure {
  const close = nearest(name, names, 1)[0];
  return new Failure("unknown-remote", `there is no remote "${redactAddress(name).slice(0, 80)}"`, {
    advice: close === undefined ? "" : `did you mean ${close}?`,
    hint: names.length > 0 ? "git remote -v" : "git remote add origin <address>",
  });
}

/** Reports whether a word is valid as a part of a ref's name. */
function isRefPart(name: string): boolean {
  return (
    !/[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|\.lock(\/|$)|(^|\/)\.|^[-/]|[./]$/.test(name) && name !== "@"
  );
}

/**
 * Returns the folder of a remote's refs below `refs/session-remotes/`: its name; for an address, a
 * name that does not depend on credentials.
 */
export function remoteFolder(name: string, digest: (text: string) => string): string {
  if (!isAddress(name) && isRefPart(name)) return name;
  const plain = name.replace(/^([a-z][\w+.-]*:\/\/)[^/]*@/i, "$1").replace(/\/+$/, "");
  return `url-${digest(plain).slice(0, 16)}`;
}

/** Returns a text in which addresses have no credentials: no user names, passwords or tokens in queries. */
export function redactAddress(text: string): string {
  return text
    .replace(/\b([a-z][a-z0-9+.-]*):\/\/([^\s/?#'"<>]*)@/gi, (_all, scheme: string, user: string) => {
      // Keeps the user of an ssh address: it is usually `git`, and part of the location.
      const name = /ssh/i.test(scheme) && !user.includes(":") ? user : "***";
      return `${scheme}://${name}@`;
    })
    .replace(/([?&][^=&\s]*(?:token|key|secret|password|auth|sig)[^=&\s]*=)[^&\s'"]+/gi, "$1***");
}
