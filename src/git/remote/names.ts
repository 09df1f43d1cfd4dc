/** Remotes: which one is meant, what its folder of fetched refs is called, and how its address is shown. Pure. */
import { Failure } from "../../session/failure.ts";
import { nearest } from "../../text/nearest.ts";

/** Settings of git that tell of remotes: each key with its values, in order. */
export type RemoteSettings = ReadonlyMap<string, readonly string[]>;

/** Names of the remotes that are configured. */
export function remoteNames(settings: RemoteSettings): string[] {
  const names = [...settings.keys()].flatMap(
    (key) => /^remote\.(.+)\.(?:url|pushurl|vcs)$/s.exec(key)?.[1] ?? [],
  );
  return [...new Set(names)];
}

/**
 * The remote that git itself would take for a branch, else the only one. Failure `no-remote` where there is none,
 * `which-remote` (exit 2) where it could be several.
 */
export function usualRemote(
  settings: RemoteSettings,
  branch: string | undefined,
  direction: "push" | "pull",
): string {
  const names = remoteNames(settings);
  const of = (key: string) => settings.get(key)?.at(-1);
  const own = branch === undefined ? [] : [of(`branch.${branch}.remote`)];
  const first = branch === undefined ? [] : [of(`branch.${branch}.pushremote`)];
  const wanted = direction === "push" ? [...first, of("remote.pushdefault"), ...own] : own;
  // A branch that tracks another one of this clone has the remote ".".
  const said = wanted.find((each) => each !== undefined && each !== ".");
  if (said !== undefined) return said;
  if (names.includes("origin")) return "origin";
  if (names.length === 1 && names[0] !== undefined) return names[0];
  if (names.length === 0)
    throw new Failure("no-remote", "this repository has no remote to share sessions through", {
      hint: "git remote add origin <url>\nsession export --format bundle",
    });
  throw new Failure("which-remote", `there are several remotes: ${names.join(", ")}`, {
    hint: `session ${direction} ${direction === "push" ? "@ " : ""}${names[0]}`,
  });
}

/** Whether a word is an address or a path, which no name of a session or remote can be. */
export function isAddress(word: string): boolean {
  return /^(\/|\.{1,2}(\/|\\|$)|~|[A-Za-z]:[\\/])/.test(word) || word.includes(":") || word.includes("\\");
}

/** Failure `unknown-remote`, which names those that there are. */
export function unknownRemote(name: string, names: readonly string[]): Failure {
  const close = nearest(name, names, 1)[0];
  return new Failure("unknown-remote", `there is no remote "${redactAddress(name).slice(0, 80)}"`, {
    advice: close === undefined ? "" : `did you mean ${close}?`,
    hint: names.length > 0 ? "git remote -v" : "git remote add origin <address>",
  });
}

/** Whether git takes it as a part of a ref's name. */
function isRefPart(name: string): boolean {
  return (
    !/[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|\.lock(\/|$)|(^|\/)\.|^[-/]|[./]$/.test(name) && name !== "@"
  );
}

/**
 * Where below `refs/session-remotes/` the refs of a remote are: its name, or, of an address, one that is always the same
 * for it, whoever's credentials stand in it.
 */
export function remoteFolder(name: string, digest: (text: string) => string): string {
  if (!isAddress(name) && isRefPart(name)) return name;
  const plain = name.replace(/^([a-z][\w+.-]*:\/\/)[^/]*@/i, "$1").replace(/\/+$/, "");
  return `url-${digest(plain).slice(0, 16)}`;
}

/** A text without the credentials of addresses in it: names, passwords, and what a query calls a token. */
export function redactAddress(text: string): string {
  return text
    .replace(/\b([a-z][a-z0-9+.-]*):\/\/([^\s/?#'"<>]*)@/gi, (_all, scheme: string, user: string) => {
      // The name of an ssh address says no more than `git`, and it is needed to know the place.
      const name = /ssh/i.test(scheme) && !user.includes(":") ? user : "***";
      return `${scheme}://${name}@`;
    })
    .replace(/([?&][^=&\s]*(?:token|key|secret|password|auth|sig)[^=&\s]*=)[^&\s'"]+/gi, "$1***");
}
