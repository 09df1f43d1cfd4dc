/** Parses git's output about remotes, and makes Failures from it. Pure. */
import { Failure, type FailureCode, SAME_COMMAND } from "../../session/failure.ts";
import { visibleText } from "../../text/foreign-text.ts";
import { redactAddress } from "./names.ts";

type RefOutcome = "sent" | "same" | "behind" | "stale" | "refused";

/** Result of a push for one ref, over all addresses of the remote. */
export interface PushedRef {
  readonly outcome: RefOutcome;
  /** True if at least one address of the remote accepted the commit. */
  readonly taken: boolean;
  /** Message of git or the remote about a refused ref. */
  readonly reason?: string;
  /** First lines that the remote printed during a push that was refused, such as the words of its hook. */
  readonly said?: string;
}

/** Results of a push, from worst to best. */
const ORDER: readonly RefOutcome[] = ["refused", "stale", "behind", "sent", "same"];

const SAME: PushedRef = { outcome: "same", taken: true };
const SENT: PushedRef = { outcome: "sent", taken: true };

/** Parses a line of `git push --porcelain`. Of several addresses, the worst result counts. */
export function readPushed(line: string, refs: Map<string, PushedRef>): void {
  const [, flag, ref, summary = ""] = /^([ +\-*!=])\t[^\t]*:([^\t]+)\t(.*)$/.exec(line) ?? [];
  if (flag === undefined || ref === undefined) return;
  const found = outcomeOf(flag, summary);
  const before = refs.get(ref) ?? found;
  const worst = ORDER.indexOf(before.outcome) <= ORDER.indexOf(found.outcome) ? before : found;
  const taken = found.taken || before.taken;
  refs.set(ref, worst.taken === taken ? worst : { ...worst, taken });
}

function outcomeOf(flag: string, summary: string): PushedRef {
  if (flag === "=") return SAME;
  if (flag !== "!") return SENT;
  const reason = redactAddress(/\((.*)\)$/.exec(summary)?.[1] ?? summary);
  if (/stale info/.test(summary)) return { outcome: "stale", taken: false, reason };
  // Recognizes that the remote's ref has moved: its current commit must be merged first.
  const moved =
    /fetch first|non-fast-forward|needs force|cannot lock ref|failed to update ref|incorrect old value|reference already exists/;
  return { outcome: moved.test(summary) ? "behind" : "refused", taken: false, reason };
}

/**
 * Parses a line of `git fetch --verbose` about one ref: its name in this clone, and the reason if it
 * was rejected.
 */
export function readFetched(line: string): { readonly ref: string; readonly problem?: string } | undefined {
  const match = /^ (.) .*\s->\s+(\S+)(?:\s+\((.*)\))?\s*$/.exec(line);
  if (!match?.[2]) return undefined;
  return match[1] === "!" ? { ref: match[2], problem: match[3] ?? "not accepted" } : { ref: match[2] };
}

/** Reports whether a line of git's output is only progress. */
export function isProgress(line: string): boolean {
  return (
    /^(remote: )?[A-Z][\w ]+: +(\d+% \(|\d+(, done\.)?\s*$|\d+, )/.test(line) ||
    /^(remote: )?Total \d+ \(/.test(line)
  );
}

/** Maximum lines of a remote to repeat, and maximum characters of each. */
const LINES = 10;
const LINE = 200;

/** Returns the first lines that the remote printed, each after git's `remote:`; undefined without any. */
export function remoteWords(stderr: string): string | undefined {
  const lines = visibleText(redactAddress(stderr))
    .split("\n")
    .filter((each) => /^remote:\s*\S/.test(each) && !isProgress(each))
    .map((each) => each.trim().slice(0, LINE));
  return lines.length === 0 ? undefined : lines.slice(0, LINES).join("\n");
}

const CAUSES: readonly (readonly [
  pattern: RegExp,
  code: FailureCode,
  says: (remote: string) => string,
  hint: string,
  advice?: string,
])[] = [
  [
    /mismatched algorithms|does not support this repository's hash algorithm|object[- ]format/i,
    "object-format",
    (remote) => `${remote} uses another object format (SHA-1 or SHA-256), and git does not mix them`,
    "session export -o session.json",
  ],
  [
    /access denied or repository not exported|service not enabled/,
    "remote-denied",
    (remote) => `${remote} refuses access: the service is not enabled, or the repository not exported`,
    "git fetch",
    "ask the administrator of the server",
  ],
  [
    /could not read (Username|Password)|terminal prompts disabled|Authentication failed|Invalid username or (password|token)|HTTP (Basic|request).*(denied|failed)|returned error: 401/i,
    "remote-denied",
    (remote) => `${remote} requires authentication, and git has no credentials`,
    "git fetch",
    "log in once, or set up a credential helper",
  ],
  [
    /Host key verification failed|REMOTE HOST IDENTIFICATION/,
    "remote-denied",
    (remote) => `ssh does not know the key of ${remote}`,
    "git fetch",
    "connect once by hand and check the key",
  ],
  [
    /Permission denied|publickey|returned error: 403|not allowed to|insufficient permission|unable to create temporary object directory|unpacker error|Write access to repository not granted/i,
    "remote-denied",
    (remote) => `${remote} denied permission`,
    "git fetch",
    "check your key and your rights",
  ],
  [
    /Could not resolve (host|proxy)|name resolution|Name or service not known|Connection (refused|timed out|reset|closed)|Network is unreachable|No route to host|Failed to connect|Couldn't connect|unable to connect|Operation timed out|timed out|port \d+: /i,
    "remote-unreachable",
    (remote) => `cannot reach ${remote}`,
    SAME_COMMAND,
    "check the network",
  ],
  [
    /does not appear to be a git repository|[Rr]epository (not found|'.*' not found)|returned error: 404|does not exist|not found: did you run/,
    "remote-missing",
    (remote) => `there is no repository at ${remote}`,
    "git remote -v",
  ],
];

/** Returns a Failure for a failed command with a remote: the cause, a hint, and git's message. */
export function remoteFailure(remote: string, stderr: string, code: number): Failure {
  const lines = redactAddress(stderr)
    .split("\n")
    .map((each) => each.trim())
    .filter((each) => each !== "" && !isProgress(each));
  const telling =
    lines.find((each) => /^(fatal|error|ERROR):? /.test(each)) ?? lines[0] ?? `git ended with ${code}`;
  const said = telling.replace(/^(remote: )?(fatal|error|ERROR|warning):? /, "").slice(0, 300);
  const all = lines.join("\n");
  for (const [pattern, name, sentence, hint, advice = ""] of CAUSES) {
    const found = lines.find((each) => pattern.test(each));
    if (!pattern.test(all)) continue;
    const line = (found ?? said).replace(/^(remote: )?(fatal|error|ERROR|warning):? /, "").slice(0, 300);
    return new Failure(name, `${sentence(remote)}: ${line}`, { hint, advice });
  }
  return new Failure("remote-failed", `cannot reach ${remote}: ${said}`, {
    advice: "nothing was changed in this clone",
    hint: "git fetch",
  });
}
