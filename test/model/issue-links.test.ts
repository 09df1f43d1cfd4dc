import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { issuesIn, referencesIn, referencesInBranch } from "../../src/facts/formats/issues.ts";
import { forgeOf } from "../../src/text/forge.ts";

const GITHUB = forgeOf("git@github.com:acme/shop.git");
const GITLAB = forgeOf("https://gitlab.example.com/group/sub/shop.git");
const KEYS = "https://tracker.example.com/browse/{id}";

const ids = (text: string, context = { forge: GITHUB, keys: KEYS as string | undefined }) =>
  referencesIn(text, context).map((each) => each.id);

describe("the web address of a remote", () => {
  test.each([
    ["https://github.com/acme/shop.git", "github", "https://github.com/acme/shop"],
    ["git@github.com:acme/shop.git", "github", "https://github.com/acme/shop"],
    ["ssh://git@github.com/acme/shop", "github", "https://github.com/acme/shop"],
    ["ssh://git@ssh.github.com:443/acme/shop.git", "github", "https://github.com/acme/shop"],
    ["git://github.com/acme/shop.git/", "github", "https://github.com/acme/shop"],
    ["git+ssh://git@github.com/acme/shop.git", "github", "https://github.com/acme/shop"],
    ["HTTPS://GitHub.com/acme/shop", "github", "https://github.com/acme/shop"],
    ["https://user:secret@github.com/acme/shop.git", "github", "https://github.com/acme/shop"],
    [
      "https://ghp_token@github.acme.example/acme/shop.git",
      "github",
      "https://github.acme.example/acme/shop",
    ],
    ["git@gitlab.com:group/sub/deep/shop.git", "gitlab", "https://gitlab.com/group/sub/deep/shop"],
    ["ssh://git@gitlab.example.com:2222/group/shop.git", "gitlab", "https://gitlab.example.com/group/shop"],
    ["https://gitlab.example.com:8443/group/shop", "gitlab", "https://gitlab.example.com:8443/group/shop"],
    ["http://localhost:3000/me/shop.git", "other", "http://localhost:3000/me/shop"],
    ["git@bitbucket.org:team/shop.git", "bitbucket", "https://bitbucket.org/team/shop"],
    ["https://codeberg.org/me/shop", "gitea", "https://codeberg.org/me/shop"],
    ["git@gitea.example.org:me/shop.git", "gitea", "https://gitea.example.org/me/shop"],
    ["git@git.example.org:me/shop.git", "other", "https://git.example.org/me/shop"],
    ["https://me@dev.azure.com/acme/web/_git/shop", "azure", "https://dev.azure.com/acme/web"],
    ["https://dev.azure.com/acme/_git/shop", "azure", "https://dev.azure.com/acme/shop"],
    ["git@ssh.dev.azure.com:v3/acme/web%20site/shop", "azure", "https://dev.azure.com/acme/web%20site"],
    [
      "https://acme.visualstudio.com/DefaultCollection/web/_git/shop",
      "azure",
      "https://dev.azure.com/acme/web",
    ],
    ["acme@vs-ssh.visualstudio.com:v3/acme/web/shop", "azure", "https://dev.azure.com/acme/web"],
  ])("%s", (remote, kind, web) => expect(forgeOf(remote)).toMatchObject({ kind, web }));

  test.each([
    ["a folder", "/srv/git/shop.git"],
    ["a relative folder", "../shop.git"],
    ["a file", "file:///srv/git/shop.git"],
    ["a drive", "C:\\repos\\shop"],
    ["a drive with slashes", "C:/repos/shop"],
    ["a name out of the ssh configuration", "git@work:acme/shop.git"],
    ["a helper", "ext::sh -c whoami"],
    ["nothing", ""],
    ["a path that leads out", "https://github.com/acme/../shop"],
    ["no repository", "https://github.com/acme"],
    ["spaces and markup", "https://github.com/<b>/x y"],
    ["very long", `https://github.com/a/${"x".repeat(5000)}`],
  ])("does not exist for %s", (_, remote) => expect(forgeOf(remote)).toBeUndefined());

  test("never has credentials", () => {
    const word = fc.stringMatching(/^[\w.~!$%-]{1,12}$/);
    fc.assert(
      fc.property(word, word, fc.constantFrom("https", "ssh", "http"), (user, password, scheme) => {
        const forge = forgeOf(`${scheme}://${user}:s3cret${password}@github.com/acme/shop.git`);
        expect(JSON.stringify(forge ?? {})).not.toContain("s3cret");
      }),
    );
  });
});

describe("issue addresses by host", () => {
  const url = (remote: string, text: string) => referencesIn(text, { forge: forgeOf(remote) })[0]?.url;
  test.each([
    ["git@github.com:acme/shop.git", "#12", "https://github.com/acme/shop/issues/12"],
    ["git@github.com:acme/shop.git", "GH-12", "https://github.com/acme/shop/issues/12"],
    ["git@github.com:acme/shop.git", "acme/other#3", "https://github.com/acme/other/issues/3"],
    ["git@gitlab.com:g/s/shop.git", "#12", "https://gitlab.com/g/s/shop/-/issues/12"],
    ["git@gitlab.com:g/s/shop.git", "!7", "https://gitlab.com/g/s/shop/-/merge_requests/7"],
    ["git@gitlab.com:g/s/shop.git", "g/s/other#3", "https://gitlab.com/g/s/other/-/issues/3"],
    ["git@bitbucket.org:team/shop.git", "#12", "https://bitbucket.org/team/shop/issues/12"],
    ["https://codeberg.org/me/shop", "#12", "https://codeberg.org/me/shop/issues/12"],
    ["https://dev.azure.com/acme/web/_git/shop", "#12", "https://dev.azure.com/acme/web/_workitems/edit/12"],
  ])("%s %s", (remote, text, expected) => expect(url(remote, text)).toBe(expected));

  test("a reference without a known host has no address", () => {
    expect(referencesIn("see #12", {})).toEqual([{ id: "#12", closes: false }]);
    expect(referencesIn("acme/other#12 !7", {})).toEqual([]);
  });
});

describe("issue references", () => {
  test.each([
    ["Waiting for #12", ["#12"]],
    ["#12 at the start, (#13), [#14], #15: #16, and #17.", ["#12", "#13", "#14", "#15", "#16", "#17"]],
    ["GH-12 and ABC-123, X2Y-9.", ["#12", "ABC-123", "X2Y-9"]],
    ["acme/shop#4 is ours, acme/other#5 is not", ["#4", "acme/other#5"]],
    [
      "https://github.com/acme/shop/issues/8 and https://github.com/acme/shop/pull/9#issuecomment-1.",
      ["#8", "#9"],
    ],
    ["(https://tracker.example.com/browse/ABC-7?focus=1)", ["ABC-7"]],
    ["https://github.com/acme/other/issues/8", ["https://github.com/acme/other/issues/8"]],
    ["C-3 no, AB-12 yes", ["AB-12"]],
  ])("are found in: %s", (text, expected) => expect(ids(text)).toEqual(expected));

  test.each([
    ["colours", "color: #333; #fff #a1b2c3 #123abc background:#112233 #333333 grey"],
    ["headings", "# 1. First\n## #1 Second\n### GH-1"],
    ["standards and versions", "UTF-8 SHA-256 ISO-8601 CVE-2024-1 RFC-2119 AES-128 ES-2022 GPT-4 TLS-1"],
    ["lower case and parts of words", "abc-123 foo#12 C#7 FOO-ABC-12x 2024-01-31 v#1 &#12; a/b/c#12"],
    ["leading zeros, versions and paths", "#0 #012 #12.5 #12-rc ABC-012 /path/#12 #12/x"],
    ["code", "`#12` and\n```\n#13 ABC-1\n```\n~~~\n#14"],
    ["other addresses", "https://example.com/page#12 https://example.com/ABC-12 mail me@example.com#12"],
    ["the number one", "the #1 reason"],
    ["a merge request where there are none", "wow!7 !8"],
    ["too many digits", "#1234567890123"],
  ])("are not found in %s", (_, text) => expect(ids(text)).toEqual([]));

  test("have tracker keys only if their address is known, also in branch names", () => {
    expect(ids("ABC-123", { forge: GITHUB, keys: undefined })).toEqual([]);
    expect(referencesIn("ABC-123", { keys: KEYS })[0]?.url).toBe(
      "https://tracker.example.com/browse/ABC-123",
    );
    expect(referencesInBranch("feature/ABC-123-login", { keys: KEYS }).map((each) => each.id)).toEqual([
      "ABC-123",
    ]);
    expect(referencesInBranch("feature/ABC-123-login", {})).toEqual([]);
    expect(referencesInBranch("fix/crash-#12", { forge: GITHUB })).toEqual([
      { id: "#12", url: "https://github.com/acme/shop/issues/12", closes: false },
    ]);
    expect(referencesInBranch("fix/c#12", { forge: GITHUB })).toEqual([]);
    expect(referencesInBranch("fix/utf-8-and-UTF-8", { keys: KEYS })).toEqual([]);
  });

  test("have no credentials and no query in their addresses", () => {
    expect(
      referencesIn("https://me:pw@gitlab.example.com/group/sub/shop/-/issues/5?token=x", { forge: GITLAB }),
    ).toEqual([{ id: "#5", url: "https://gitlab.example.com/group/sub/shop/-/issues/5", closes: false }]);
  });
});

describe("issues closed by a commit", () => {
  const closed = (text: string, forge = GITHUB) =>
    referencesIn(text, { forge }, true)
      .filter((each) => each.closes)
      .map((each) => each.id);

  test("are found as GitHub does: one word before each", () => {
    expect(closed("Closes #1, #2. Fixes: #3\n\nresolve acme/other#4, see #5; fixing #6")).toEqual([
      "#1",
      "#3",
      "acme/other#4",
    ]);
    expect(closed("Fixes https://github.com/acme/shop/issues/7")).toEqual(["#7"]);
    expect(closed("prefix #8 closeness #9")).toEqual([]);
  });

  test("are found as GitLab does: lists, and more words", () => {
    expect(closed("Closes #1, #2 and #3; see #4. Implements issue #5", GITLAB)).toEqual([
      "#1",
      "#2",
      "#3",
      "#5",
    ]);
  });

  test("are found only in commits", () => {
    expect(referencesIn("Closes #1", { forge: GITHUB })[0]?.closes).toBe(false);
  });

  test("each issue is listed once, with all its places", () => {
    const sources = [
      { name: "obj-1", text: "Login (#12)" },
      { name: "blk-1", text: "waits for #13 and #12" },
      { name: "abcd1234", text: "feat: login\n\nCloses #12", isCommit: true },
    ];
    expect(issuesIn("work", sources, { forge: GITHUB })).toEqual([
      {
        id: "#12",
        url: "https://github.com/acme/shop/issues/12",
        closes: true,
        places: ["obj-1", "blk-1", "abcd1234"],
      },
      { id: "#13", url: "https://github.com/acme/shop/issues/13", closes: false, places: ["blk-1"] },
    ]);
  });
});

test("finding issues in any text never fails, and results hold no spaces or control characters", () => {
  const part = fc.oneof(
    fc.constantFrom(
      "#12",
      "#",
      "http://",
      "https://github.com/",
      "/issues/",
      "a/b",
      "`",
      "```\n",
      "\n",
      " ",
      "ABC-1",
      "GH-",
      "Closes ",
      "(",
      ")",
      ".",
    ),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
      for (const { id, url } of referencesIn(parts.join(""), { forge: GITHUB, keys: KEYS }, true))
        expect(`${id}${url}`).not.toMatch(/[\s<>"`\x00-\x1f]/);
    }),
  );
});

test.each([
  ["http://", 0],
  ["a/", 0],
  ["```\n", 0],
  ["`", 0],
  ["A-", 0],
  ["closes #", 0],
  ["#1 ", Math.ceil(50_000 / "#1 ".length)],
  ["`#1` ", 0],
  ["ABC-1 ", Math.floor(50_000 / "ABC-1 ".length)],
])("only the first 50,000 characters of a text of %j are read", (text, count) => {
  expect(referencesIn(text.repeat(50_000), { forge: GITHUB, keys: KEYS }, true)).toHaveLength(count);
});
