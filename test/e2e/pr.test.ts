import { Parser } from "commonmark";
import { describe, expect, it } from "vitest";
import { randomLetters } from "../support/fake-secrets.ts";
import { fixture, initRepository, type Scratch, scratch } from "../support/scratch.ts";

/** A branch with three decisions in three commits, and a fourth that is pending. */
function branch(): Promise<Scratch> {
  return fixture("pr", async (s) => {
    await initRepository(s, {
      session: ["feature/login", "-o", "OAuth login", "-o", "Docs", "--title", "Login with OAuth"],
    });
    for (const [at, text] of ["Use PKCE", "Keep tokens in memory", "No refresh in the browser"].entries()) {
      await s.ok(
        "decisions",
        "add",
        text,
        "--rationale",
        `reason ${at + 1}`,
        "--alternatives",
        `other ${at + 1}`,
      );
      await s.write(`src/${at}.ts`, `export const a${at} = ${at};\n`);
      await s.ok("checkpoint", "-A", "-m", `feat: part ${at + 1}`);
    }
    await s.ok("verify", "npm test", "--result", "passed");
    await s.ok("decisions", "add", "Cache for an hour");
    await s.ok("objectives", "complete", "1");
  });
}

/** Squashes a branch as a server does: one commit on main with this message, and the branch deleted. */
async function squashed(s: Scratch, message: string): Promise<Scratch> {
  const tree = await s.git("rev-parse", "feature/login^{tree}");
  const { stdout } = await s.run("git", ["commit-tree", tree, "-p", "main", "-F", "-"], { input: message });
  await s.git("update-ref", "refs/heads/main", stdout.trim());
  await s.git("clone", "--quiet", "--single-branch", "--branch", "main", s.root, "../fresh");
  return s.at("../fresh");
}

const FOUR = ["Cache for an hour", "Keep tokens in memory", "No refresh in the browser", "Use PKCE"];

async function decisionsOf(s: Scratch): Promise<string[]> {
  const found = await s.json<{ text: string; state: string }[]>("decisions", "list", "--all");
  expect(found.every((each) => each.state === "committed")).toBe(true);
  return found.map((each) => each.text).sort();
}

describe("session pr", () => {
  it("shows the work, decisions, checks and what to review, and ends with the record", async () => {
    const s = await branch();
    await s.ok("blockers", "add", "Waiting for keys", "--link", "#42");
    const text = await s.ok("pr");
    const headings = [...text.matchAll(/^## (.*)$/gm)].map((each) => each[1]);
    expect(headings).toEqual([
      ...["Summary", "Objectives (1 of 2 done)", "Decisions", "Verification"],
      ...["What to review", "Open blockers"],
    ]);
    expect(text).toContain("- [x] obj-1: OAuth login");
    expect(text).toContain("- **dec-1** Use PKCE\n  - Rationale: reason 1\n  - Rejected: other 1");
    expect(text).toContain("- `npm test` passed");
    expect(text).toContain("- Code changed but no tests did.");
    expect(text).toContain("- `src/0.ts` added, +1");
    expect(text).toContain("- blk-1: Waiting for keys (#42)");
    const { stdout } = await s.run("git", ["interpret-trailers", "--parse", "--unfold"], {
      input: `t\n\n${text}`,
    });
    expect(stdout).toMatch(/^Session-Objectives: - \[x\] obj-1: OAuth login - \[ \] obj-2: Docs$/m);
    expect(stdout).toMatch(/^Decisions: .*dec-1: Use PKCE.*dec-4: Cache for an hour/m);
  });

  it("uses the session as title, and the subject of a lone commit", async () => {
    const s = await branch();
    expect(await s.ok("pr", "--title")).toBe("Login with OAuth\n");
    expect(await s.ok("pr", "feature/login", "--title")).toBe("Login with OAuth\n");
    await s.git("switch", "--quiet", "-c", "fix/one", "main");
    await s.git("commit", "--quiet", "--allow-empty", "-m", "fix: only this\n\nBecause.");
    expect(await s.ok("pr", "--title")).toBe("fix: only this\n");
    const { title, body, review } = await s.json("pr", "feature/login");
    expect(title).toBe("Login with OAuth");
    expect(body).toBe(await s.ok("pr", "feature/login"));
    expect(review).toMatchObject({ more: 0, tests: [], untested: true });
  });

  it.each([
    ["as GitHub does", (title: string, body: string) => `${title} (#12)\n\n${body}`],
    [
      "with the line ends of a web form",
      (title: string, body: string) => `${title} (#12)\r\n\r\n${body.replace(/\n/g, "\r\n")}`,
    ],
    [
      "by GitLab's template",
      (title: string, body: string) =>
        `Merge branch 'feature/login' into 'main'\n\n${title}\n\n${body}\n\nSee merge request group/project!12`,
    ],
    [
      "by Gitea, with people behind it",
      (title: string, body: string) =>
        `${title} (#12)\n\n${body}\n\nReviewed-on: https://forge.example/a/b/pulls/12\nCo-authored-by: Somebody <somebody@example.org>`,
    ],
  ])("keeps every decision once through a squash %s", async (_, message) => {
    const s = await branch();
    const fresh = await squashed(
      s,
      message((await s.ok("pr", "--title")).trim(), (await s.ok("pr")).trimEnd()),
    );
    expect(await decisionsOf(fresh)).toEqual(FOUR);
  });

  it("makes foreign text harmless: no mentions, closed issues or markup", async () => {
    const s = await scratch();
    const bad =
      "fixes #12 for @team <img src=x onerror=alert(1)> ![x](https://evil.example/p.png) </details>";
    await s.ok("start", "feature/login", "-o", bad);
    await s.ok("decisions", "add", `${bad}\n# heading\n<script>`, "--rationale", bad, "--alternatives", bad);
    await s.ok("blockers", "add", bad);
    await s.ok("verify", bad, "--result", "passed");
    await s.write("@team fixes #12.ts", "a\n");
    await s.ok("checkpoint", "-A", "-m", "feat: a\n\nfixes #12 @team <img src=x>");
    const body = await s.ok("pr");
    // In code spans forges act on nothing.
    const prose = body.replace(/`[^`\n]*`/g, "");
    expect(prose).not.toMatch(/@\w/);
    expect(prose).not.toMatch(/fixes[^\n]*#\d/);
    const walker = new Parser().parse(body).walker();
    for (let step = walker.next(); step; step = walker.next())
      expect(["html_block", "html_inline", "image", "code_block"]).not.toContain(step.node.type);
    // And yet it is read as it was written.
    const fresh = await squashed(s, `feat: login (#1)\n\n${body}`);
    const [decision] = await fresh.json("decisions", "list", "--all");
    expect(decision).toMatchObject({
      text: `${bad}\n# heading\n<script>`,
      rationale: bad,
      alternatives: [bad],
    });
  });

  it("works on a branch without a session, and says what is missing", async () => {
    const s = await scratch();
    await s.git("switch", "--quiet", "-c", "fix/crash");
    await s.write("a.ts", "a\n");
    await s.git("add", "a.ts");
    await s.git("commit", "--quiet", "-m", "fix: a crash");
    await s.write("a.ts", "b\n");
    const ran = await s.session("pr");
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain("- `a.ts` added, +1");
    expect(ran.stdout).not.toContain("Session-");
    expect(ran.stderr).toBe("1 change not committed, so not in this text\n");
  });

  it("repeats no record of merged sessions on the default branch", async () => {
    const s = await branch();
    await s.git("switch", "--quiet", "main");
    await s.git("merge", "--quiet", "feature/login");
    const text = await s.ok("pr");
    expect(text).toContain("No objectives were recorded.");
    expect(text).not.toContain("Session-");
  });

  it("refuses a text with a secret", async () => {
    const s = await branch();
    const secret = ["gh", "p_", randomLetters(36)].join("");
    await s.git(
      "commit",
      "--quiet",
      "--allow-empty",
      "-m",
      `feat: b\n\nDecisions:\n - dec-9: Use ${secret}\nSession-Label: x`,
    );
    const ran = await s.session("pr");
    expect(ran.code).toBe(1);
    expect(ran.stdout + ran.stderr).not.toContain(secret);
  });

  it("uses the project's template, and keeps the record", async () => {
    const s = await branch();
    await s.write(
      ".session/templates/pr.md.hbs",
      "# {{inline title}}\n\nFor @reviewers: {{inline summary}}\n",
    );
    const text = await s.ok("pr");
    expect(text).toMatch(/^# Login with OAuth\n\nFor @\u2060reviewers: /);
    expect(await decisionsOf(await squashed(s, `x (#1)\n\n${text}`))).toEqual(FOUR);
  });
});
