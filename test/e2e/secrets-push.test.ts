import { describe, expect, it } from "vitest";
import { forgeToken } from "../support/fake-secrets.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

const FOLDER = ".git/sessions/feature/login";

interface Two {
  readonly here: Scratch;
  readonly there: Scratch;
  readonly remote: Scratch;
}

/** Two clones of one remote; the session is in the first. */
async function two(): Promise<Two> {
  const here = await scratch();
  await here.git("init", "--quiet", "--bare", "../remote");
  await here.git("remote", "add", "origin", "../remote");
  await here.git("push", "--quiet", "-u", "origin", "main");
  await here.ok("start", "feature/login", "-o", "OAuth login");
  await here.git("push", "--quiet", "-u", "origin", "feature/login");
  await here.git("clone", "--quiet", "--branch", "main", "../remote", "../there");
  return { here, there: here.at("../there"), remote: here.at("../remote") };
}

async function everything(s: Scratch): Promise<string> {
  const { stdout } = await s.run("sh", [
    "-c",
    "git cat-file --batch-all-objects --batch-check | cut -d' ' -f1 | git cat-file --batch",
  ]);
  return stdout;
}

/** As an older version recorded whatever it was told. */
async function recorded(s: Scratch, text: string): Promise<void> {
  const context = JSON.parse(await s.read(`${FOLDER}/context.json`));
  const decision = { id: "dec-1", text, alternatives: [], added: context.created };
  await s.write(`${FOLDER}/context.json`, JSON.stringify({ ...context, decisions: [decision] }));
}

describe("secrets in a push", () => {
  it("stop the push of an active session before any of it is written as an object", async () => {
    const { here, remote } = await two();
    const secret = forgeToken();
    await recorded(here, `Use ${secret}`);
    for (const command of [["push"], ["share", "@"]]) {
      const ran = await here.session(...command);
      expect(ran.code).toBe(1);
      expect(ran.stderr).toContain("dec-1:1");
      expect(ran.stderr).not.toContain(secret);
    }
    expect(await everything(here)).not.toContain(secret);
    expect(await remote.git("for-each-ref", "refs/sessions")).toBe("");
    const { error } = await here.json("push");
    expect(error.hint).toBe(`session push --allow ${error.findings[0].id}`);
    const { error: all } = await here.json("push", "--all");
    expect(all.hint).toBe(`session push --all --allow ${error.findings[0].id}`);
    await here.ok("push", "--allow", error.findings[0].id);
    expect(await everything(remote)).toContain(secret);
  });

  it("stop the push of an ended session, named among many", async () => {
    const { here, remote } = await two();
    await recorded(here, `Use ${forgeToken()}`);
    const { id } = JSON.parse(await here.read(`${FOLDER}/context.json`));
    await here.ok("end");
    await here.ok("start", "feature/another");
    await here.ok("end");
    await here.ok("start", "feature/other");
    const ran = await here.session("push", "--all");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain(`would go into origin, with ${id}; nothing`);
    expect(await remote.git("for-each-ref", "refs/sessions")).toBe("");
    await here.ok("push");
    await here.ok("push", "--all", "--allow", /--allow (\w{8})/.exec(ran.stderr)?.[1] ?? "");
    expect((await remote.git("for-each-ref", "refs/sessions")).split("\n")).toHaveLength(3);
  });

  it("are found in an earlier snapshot that would be pushed too", async () => {
    const { here, remote } = await two();
    const secret = forgeToken();
    await here.write(`${FOLDER}/objectives.md`, `# Objectives\n\n- [ ] obj-1: use ${secret}\n`);
    await here.ok("end");
    await here.ok("resume", "feature/login");
    await here.ok("objectives", "edit", "1", "use the vault");
    await here.ok("end");
    const ran = await here.session("push", "feature/login");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("objectives.md:3");
    expect(await everything(remote)).not.toContain(secret);
  });

  it("never stop a git push: only the session is not pushed, with a notice", async () => {
    const { here, remote } = await two();
    await here.ok("init", "--yes");
    await here.ok("config", "set", "sharing.auto_push", "true");
    await recorded(here, `Use ${forgeToken()}`);
    await here.git("commit", "--quiet", "--allow-empty", "-m", "feat: a");
    const ran = await here.run("git", ["push", "--quiet"]);
    expect(ran.code).toBe(0);
    expect(await remote.git("rev-parse", "feature/login")).toBe(await here.git("rev-parse", "HEAD"));
    expect(await remote.git("for-each-ref", "refs/sessions")).toBe("");
  });
});

describe("documents in a push", () => {
  it("are sent only on request, redacted, and stay on the remote", async () => {
    const { here, there, remote } = await two();
    const secret = forgeToken();
    await here.write(`${FOLDER}/workspace/plan.md`, `one\nlog in with ${secret}\nthree\n`);
    await here.ok("push");
    expect(await everything(remote)).not.toContain("log in with");
    const ran = await here.session("push", "--workspace");
    expect(ran.stderr).toContain("redacted: workspace/plan.md:2");
    expect(await everything(remote)).not.toContain(secret);
    await here.ok("note", "later");
    await here.ok("push");
    await there.ok("pull");
    await there.git("switch", "--quiet", "feature/login");
    await there.ok("resume", "feature/login");
    expect(await there.read(`${FOLDER}/workspace/plan.md`)).toBe("one\nlog in with [redacted]\nthree\n");
    // The local file keeps the typed text.
    expect(await here.read(`${FOLDER}/workspace/plan.md`)).toContain(secret);
  });

  it("are sent with an ended session", async () => {
    const { here, remote } = await two();
    await here.write(`${FOLDER}/workspace/plan.md`, "the plan\n");
    await here.ok("end");
    await here.ok("push", "feature/login");
    expect(await everything(remote)).not.toContain("the plan");
    await here.ok("push", "feature/login", "--workspace");
    expect(await everything(remote)).toContain("the plan");
  });

  it("replace unchanged local ones, and are stored beside changed ones", async () => {
    const { here, there } = await two();
    await here.write(`${FOLDER}/workspace/a.md`, "a\n");
    await here.write(`${FOLDER}/workspace/b.md`, "b\n");
    await here.ok("push", "--workspace");
    await there.ok("pull");
    await there.git("switch", "--quiet", "feature/login");
    await there.ok("resume", "feature/login");
    await there.write(`${FOLDER}/workspace/a.md`, "a of there\n");
    await there.write(`${FOLDER}/workspace/b.md`, "b of there\n");
    await there.write(`${FOLDER}/workspace/c.md`, "c of there\n");
    await there.ok("push", "--workspace");
    await here.write(`${FOLDER}/workspace/b.md`, "b of here\n");
    await here.ok("pull");
    expect(await here.read(`${FOLDER}/workspace/a.md`)).toBe("a of there\n");
    expect(await here.read(`${FOLDER}/workspace/b.md`)).toBe("b of here\n");
    expect(await here.read(`${FOLDER}/workspace/c.md`)).toBe("c of there\n");
    const { stdout } = await here.run("sh", ["-c", `cat ${FOLDER}/workspace/b.from-*.md`]);
    expect(stdout).toBe("b of there\n");
  });

  it("are written nowhere outside of the workspace, whatever the tree says", async () => {
    const { here, there, remote } = await two();
    await here.write(`${FOLDER}/workspace/good.md`, "good\n");
    await here.ok("push", "--workspace");
    const { id } = JSON.parse(await here.read(`${FOLDER}/context.json`));
    const ref = `refs/sessions/${id}`;
    const { stdout: blob } = await remote.run("git", ["hash-object", "-w", "--stdin"], { input: "evil\n" });
    /** A tree of raw entries, which git itself would not make. */
    const tree = async (entries: readonly [string, string, string][]): Promise<string> => {
      const bytes = (oid: string) =>
        (oid.match(/../g) ?? [])
          .map((each) => `\\${Number.parseInt(each, 16).toString(8).padStart(3, "0")}`)
          .join("");
      const script = entries.map(
        ([mode, name, oid]) => `printf '${mode} %s\\0' '${name}'; printf '${bytes(oid)}'`,
      );
      const made = await remote.run("sh", [
        "-c",
        `{ ${script.join("; ")}; } | git hash-object -t tree -w --literally --stdin`,
      ]);
      return made.stdout.trim();
    };
    const file = (name: string): [string, string, string] => ["100644", name, blob.trim()];
    const up = await tree([file("up.md")]);
    const workspace = await tree([
      ["40000", "..", up],
      ["40000", ".git", up],
      file(".hidden"),
      file("CON"),
      file("a\\\\b"),
      ["120000", "link.md", blob.trim()],
      file("plain.md"),
    ]);
    const entries = (await remote.git("ls-tree", ref))
      .split("\n")
      .filter((each) => !each.endsWith("workspace"));
    const { stdout: root } = await remote.run("git", ["mktree", "--missing"], {
      input: `${[...entries, `040000 tree ${workspace}\tworkspace`].join("\n")}\n`,
    });
    const message = await remote.git("log", "-1", "--format=%B", ref);
    const forged = await remote.git(
      ...["-c", "user.name=x", "-c", "user.email=x@example.org"],
      ...["commit-tree", root.trim(), "-p", ref, "-m", message],
    );
    await remote.git("update-ref", ref, forged);
    await there.ok("pull");
    await there.git("switch", "--quiet", "feature/login");
    await there.ok("resume", "feature/login");
    const { stdout } = await there.run("sh", [
      "-c",
      `grep -rl evil . --include='*' 2>/dev/null | grep -v objects`,
    ]);
    expect(stdout.trim()).toBe(`./${FOLDER}/workspace/plain.md`);
  });
});
