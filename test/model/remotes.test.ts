import { expect, test } from "vitest";
import { isAddress, redactAddress, remoteFolder, usualRemote } from "../../src/git/remote/names.ts";
import {
  isProgress,
  type PushedRef,
  readFetched,
  readPushed,
  remoteFailure,
} from "../../src/git/remote/parse-output.ts";

test.each([
  ["https://ann:s3cret@host/x.git", "https://***@host/x.git"],
  ["https://ghp_token@host/x.git", "https://***@host/x.git"],
  [
    "fatal: unable to access 'http://u:p@ss@127.0.0.1:80/x/': no",
    "fatal: unable to access 'http://***@127.0.0.1:80/x/': no",
  ],
  ["ssh://git@host/x.git", "ssh://git@host/x.git"],
  ["ssh://git:pw@host/x.git", "ssh://***@host/x.git"],
  ["git@host:x.git", "git@host:x.git"],
  ["https://host/x.git?access_token=abc&ref=main", "https://host/x.git?access_token=***&ref=main"],
  ["https://host/a@b/x.git", "https://host/a@b/x.git"],
  ["../a folder/x.git", "../a folder/x.git"],
])("the address %s is printed as %s", (text, shown) => {
  expect(redactAddress(text)).toBe(shown);
});

test.each(["/x", "./x", "../x", "~/x", "https://h/x", "git@h:x", "C:\\x", "."])(
  "%s is an address",
  (word) => {
    expect(isAddress(word)).toBe(true);
  },
);

test.each(["origin", "feature/login", "k3f9qzm2x7ab", "größe", "a.b"])("%s is not an address", (word) => {
  expect(isAddress(word)).toBe(false);
});

test("a remote's folder is its name, and a URL's folder does not depend on credentials", () => {
  const digest = (text: string) => Buffer.from(text).toString("hex").padEnd(16, "0");
  expect(["origin", "team/main", "größe"].map((each) => remoteFolder(each, digest))).toEqual([
    "origin",
    "team/main",
    "größe",
  ]);
  const one = remoteFolder("https://ann:pw@host/x.git", digest);
  expect(one).toMatch(/^url-[0-9a-f]{16}$/);
  expect(remoteFolder("https://host/x.git/", digest)).toBe(one);
  for (const odd of ["my fork", "a..b", "x.lock", ".x", "a^", "@"])
    expect(remoteFolder(odd, digest)).toMatch(/^url-/);
});

test("the default remote is the remote that git chooses", () => {
  const settings = (...pairs: [string, string][]) => new Map(pairs.map(([key, value]) => [key, [value]]));
  const origin: [string, string] = ["remote.origin.url", "x"];
  const fork: [string, string] = ["remote.fork.url", "y"];
  expect(usualRemote(settings(origin, fork), "work", "push")).toBe("origin");
  expect(usualRemote(settings(fork), "work", "pull")).toBe("fork");
  expect(usualRemote(settings(origin, fork, ["branch.work.remote", "fork"]), "work", "pull")).toBe("fork");
  expect(usualRemote(settings(origin, fork, ["branch.work.remote", "."]), "work", "pull")).toBe("origin");
  const push = settings(origin, fork, ["remote.pushdefault", "fork"], ["branch.work.remote", "origin"]);
  expect([usualRemote(push, "work", "push"), usualRemote(push, "work", "pull")]).toEqual(["fork", "origin"]);
});

test("a push report keeps the worst result of several URLs, and names that URL", () => {
  const report = [
    "To one",
    "*\tabc:refs/sessions/a\t[new reference]",
    "=\tabc:refs/sessions/b\t[up to date]",
    "To two",
    "!\tabc:refs/sessions/a\t[remote rejected] (deny updating a hidden ref)",
    " \tabc:refs/sessions/b\t123..456",
    "!\tabc:refs/sessions/c\t[rejected] (fetch first)",
    "-\t:refs/sessions/d\t[deleted]",
    "Done",
  ];
  const refs = new Map<string, PushedRef>();
  for (const line of report) readPushed(line, refs);
  expect([...refs].map(([ref, each]) => ({ ref, ...each }))).toEqual([
    { ref: "refs/sessions/a", outcome: "refused", taken: true, reason: "deny updating a hidden ref" },
    { ref: "refs/sessions/b", outcome: "sent", taken: true },
    { ref: "refs/sessions/c", outcome: "behind", taken: false, reason: "fetch first" },
    { ref: "refs/sessions/d", outcome: "sent", taken: true },
  ]);
});

test("the fetch parser reads lines about refs, and skips progress lines", () => {
  expect(readFetched(" * [new ref]         refs/sessions/a -> refs/session-remotes/o/a")).toEqual({
    ref: "refs/session-remotes/o/a",
  });
  expect(readFetched(" = [up to date]      refs/sessions/a -> refs/session-remotes/o/a")).toEqual({
    ref: "refs/session-remotes/o/a",
  });
  const locked = " ! 12..34  refs/sessions/a -> refs/session-remotes/o/a  (unable to update local ref)";
  expect(readFetched(locked)).toEqual({
    ref: "refs/session-remotes/o/a",
    problem: "unable to update local ref",
  });
  expect(readFetched("From ../remote")).toBeUndefined();
  for (const line of [
    "Counting objects:  50% (1/2)",
    "Writing objects: 100% (2/2), 182 bytes | 182.00 KiB/s, done.",
    "remote: Resolving deltas: 100% (3/3), done.",
    "Enumerating objects: 2, done.",
    "Total 2 (delta 0), reused 0 (delta 0), pack-reused 0",
  ])
    expect(isProgress(line), line).toBe(true);
  for (const line of ["fatal: 50% off", "remote: error: denied", "To ../x", "Permission denied (publickey)."])
    expect(isProgress(line), line).toBe(false);
});

test.each([
  ["fatal: unable to access 'https://h/x/': Could not resolve host: h", "remote-unreachable"],
  [
    "ssh: connect to host h port 22: Connection refused\nfatal: Could not read from remote repository.",
    "remote-unreachable",
  ],
  ["git@h: Permission denied (publickey).\nfatal: Could not read from remote repository.", "remote-denied"],
  ["fatal: could not read Username for 'https://h': terminal prompts disabled", "remote-denied"],
  ["Host key verification failed.\nfatal: Could not read from remote repository.", "remote-denied"],
  ["ERROR: Repository not found.\nfatal: Could not read from remote repository.", "remote-missing"],
  ["fatal: '/x' does not appear to be a git repository", "remote-missing"],
  ["fatal: mismatched algorithms: client sha1; server sha256", "object-format"],
  ["fatal: something new", "remote-failed"],
])("the failure %s is classified as %s", (stderr, code) => {
  const failure = remoteFailure("origin", stderr, 128);
  expect([failure.code, failure.exit]).toEqual([code, 1]);
  expect(failure.hint).toBeTruthy();
});
