import { chmod, readFile, rm, stat } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { expectRecorded, manifest, writeScript } from "../support/hooks.ts";
import { sampledChanges } from "../support/sampling.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

const CLI = path.resolve("dist/cli.js");
const STANDING = ["prepare-commit-msg", "post-checkout", "post-merge", "post-rewrite", "pre-push"];
const PASSING = ["commit-msg", "post-commit"];

const at = (s: Scratch, file: string) => path.join(s.root, file);
const ours = (name: string) => readFile(path.resolve("templates/hooks", name), "utf8");
const states = async (s: Scratch): Promise<Record<string, string>> => {
  const { hooks } = await s.json("hooks");
  return Object.fromEntries(hooks.map((each: { name: string; state: string }) => [each.name, each.state]));
};

test("install twice and uninstall removes a hooks folder that did not exist before", async () => {
  const s = await scratch();
  await rm(at(s, ".git/hooks"), { recursive: true });
  const before = await manifest(s, ".git/config", ".git/hooks", ".git/sessions");
  expect((await s.json("hooks")).installed).toBe(false);
  expect(await s.ok("hooks", "install", "--dry-run")).toContain("+ prepare-commit-msg");
  expect(await manifest(s, ".git/config", ".git/hooks", ".git/sessions")).toBe(before);
  const first = await s.json("hooks", "install");
  expect(first).toMatchObject({ how: "files", installed: true, folder: ".git/hooks" });
  const installed = await manifest(s, ".git");
  expect(await s.ok("hooks", "install", "--dry-run")).toContain("Nothing to do.");
  await s.ok("hooks", "install");
  expect(await manifest(s, ".git")).toBe(installed);
  for (const name of STANDING) expect(await s.read(`.git/hooks/${name}`)).toBe(await ours(name));
  for (const name of PASSING) expect(s.exists(`.git/hooks/${name}`)).toBe(false);
  for (const name of [...STANDING, ...PASSING]) {
    expect(await s.read(`.git/sessions/.hooks/${name}`)).toBe(await ours(name));
    expect((await stat(at(s, `.git/sessions/.hooks/${name}`))).mode & 0o777).toBe(0o755);
  }
  expect(await s.read(".git/sessions/.hooks/program")).toBe(`${process.execPath}\n${CLI}\n`);
  await s.ok("hooks", "uninstall");
  expect(await manifest(s, ".git/config", ".git/hooks", ".git/sessions")).toBe(before);
  expect(await s.ok("hooks", "uninstall")).toContain("No hooks were installed.");
  expect(await manifest(s, ".git/config", ".git/hooks", ".git/sessions")).toBe(before);
});

test("each script begins with a comment that names its owner and how to uninstall it", async () => {
  for (const name of [...STANDING, ...PASSING]) {
    const [first, second] = (await readFile(path.resolve("templates/hooks", name), "utf8")).split("\n");
    expect(first).toBe("#!/bin/sh");
    expect(second).toBe(
      `# git-session ${name}: written by session hooks install (session hooks uninstall takes it out)`,
    );
  }
});

test("temporary hooks of a commit are accepted, and uninstalled with the others", async () => {
  const s = await scratch();
  const before = await manifest(s, ".git/hooks");
  await s.ok("hooks", "install");
  for (const name of PASSING) await writeScript(s, `.git/hooks/${name}`, await ours(name));
  expect(await states(s)).toMatchObject({ "commit-msg": "installed", "post-commit": "installed" });
  await s.ok("hooks", "uninstall");
  expect(await manifest(s, ".git/hooks")).toBe(before);
});

test("hooks of another version of ours are replaced", async () => {
  const s = await scratch();
  await s.ok("hooks", "install");
  const older = "#!/bin/sh\n# git-session pre-push: older\nexit 0\n";
  await writeScript(s, ".git/hooks/pre-push", older);
  await writeScript(s, ".git/sessions/.hooks/pre-push", older);
  expect(await states(s)).toMatchObject({ "pre-push": "outdated" });
  expect(await s.ok("hooks")).toContain("another version");
  await s.ok("hooks", "install");
  expect(await s.read(".git/hooks/pre-push")).toBe(await ours("pre-push"));
});

test("an edited hook of ours is kept with the hook it calls, and uninstall says so", async () => {
  const s = await scratch();
  await writeScript(s, ".git/hooks/pre-push", "#!/bin/sh\n# mine\n");
  await s.ok("hooks", "install");
  const edited = (await s.read(".git/hooks/pre-push")).replace("exit 0", "echo mine\nexit 0");
  await s.write(".git/hooks/pre-push", edited);
  expect((await s.json("hooks", "install")).installed).toBe(true);
  expect(await s.read(".git/hooks/pre-push")).toBe(edited);
  const { stays } = await s.json("hooks", "uninstall");
  expect(stays).toEqual([
    "pre-push was edited and is kept; it still calls pre-push.before-session. To restore that: mv pre-push.before-session pre-push",
  ]);
  expect(await s.read(".git/hooks/pre-push")).toBe(edited);
  expect(await s.read(".git/hooks/pre-push.before-session")).toBe("#!/bin/sh\n# mine\n");
  expect(s.exists(".git/hooks/post-merge")).toBe(false);
  await s.git("commit", "--quiet", "--allow-empty", "-m", "still works");
});

test("install wraps a hook that another tool installed over our hook, and uninstall separates them", async () => {
  const s = await scratch();
  await s.ok("hooks", "install");
  await writeScript(s, ".git/hooks/pre-push", "#!/bin/sh\n# another tool\n");
  expect((await s.json("doctor")).find((each: { name: string }) => each.name === "hooks")).toMatchObject({
    state: "warning",
    says: "pre-push is gone",
    fix: "session hooks install",
  });
  await s.ok("hooks", "install");
  expect(await s.read(".git/hooks/pre-push.before-session")).toBe("#!/bin/sh\n# another tool\n");
  const installed = await manifest(s, ".git/hooks");
  await s.ok("hooks", "install");
  expect(await manifest(s, ".git/hooks")).toBe(installed);
  // It comes a second time, over ours: neither of its two is lost.
  await writeScript(s, ".git/hooks/pre-push", "#!/bin/sh\n# another tool, newer\n");
  const { hooks, installed: all } = await s.json("hooks", "install");
  expect(all).toBe(false);
  expect(hooks.find((each: { name: string }) => each.name === "pre-push").why).toContain(
    "keep what you need",
  );
  await s.ok("hooks", "uninstall");
  expect(await s.read(".git/hooks/pre-push")).toBe("#!/bin/sh\n# another tool, newer\n");
  expect(await s.read(".git/hooks/pre-push.before-session")).toBe("#!/bin/sh\n# another tool\n");
});

test("a hook that reads its own name is left in place, and install prints the line that calls ours", async () => {
  const s = await scratch();
  await writeScript(
    s,
    ".git/hooks/pre-push",
    '#!/bin/sh\ncase $(basename "$0") in pre-push) ;; *) exit 9 ;; esac\n',
  );
  const before = await s.read(".git/hooks/pre-push");
  const ran = await s.session("hooks", "install");
  expect(ran.code).toBe(1);
  expect(ran.stdout).toContain("depends on its own file name");
  expect(ran.stdout).toContain('/sessions/.hooks/pre-push"; [ ! -x "$f" ]');
  expect(await s.read(".git/hooks/pre-push")).toBe(before);
  const line = ran.stdout.split("\n").find((each) => each.startsWith("f="));
  await s.write(".git/hooks/pre-push", before.replace("\n", `\n${line}\n`));
  expect(await s.json("hooks", "install")).toMatchObject({ installed: true });
});

test("with the printed lines in a hook that reads its own name, commits carry the session", async () => {
  const s = await scratch();
  await writeScript(s, ".git/hooks/prepare-commit-msg", '#!/bin/sh\n: "$(basename "$0")"\n');
  const { lines } = JSON.parse((await s.session("hooks", "install", "--json")).stdout);
  expect(lines.files.map((each: { file: string }) => path.basename(each.file))).toEqual([
    ...["prepare-commit-msg", "commit-msg", "post-commit"],
  ]);
  for (const { file, text } of lines.files)
    await writeScript(s, file, `#!/bin/sh\n${text}\nbasename "$0" >/dev/null\n`);
  expect(await s.json("hooks", "install")).toMatchObject({ installed: true });
  await expectRecorded(s);
});

test("four concurrent installations give the result of one", async () => {
  const s = await scratch();
  await writeScript(s, ".git/hooks/pre-push", "#!/bin/sh\n# mine\n");
  const before = await manifest(s, ".git/hooks");
  const ran = await Promise.all([1, 2, 3, 4].map(() => s.apart.session("hooks", "install")));
  expect(ran.map((each) => each.code)).toEqual([0, 0, 0, 0]);
  expect(await s.read(".git/hooks/pre-push.before-session")).toBe("#!/bin/sh\n# mine\n");
  await s.ok("hooks", "uninstall");
  expect(await manifest(s, ".git/hooks")).toBe(before);
});

/** Kills the program at its first change of a file, its second, … until it ends by itself. */
async function killedAtEach(check: (at: number, env: NodeJS.ProcessEnv) => Promise<number>): Promise<void> {
  for (const at of sampledChanges(200)) {
    const env = { FAULT_AT: String(at), FAULT: "kill", NODE_OPTIONS: `--require ${FAULT}` };
    if ((await check(at, env)) === 0) return;
  }
  throw new Error("it never ran through");
}

const FAULT = path.resolve("test/support/node-faults.cjs");
const MINE = "#!/bin/sh\n# mine\n";

test("after a kill at any moment of install the user's hook still runs, and the next install completes", async () => {
  await killedAtEach(async (at, env) => {
    const s = await scratch({ commits: 0 });
    await writeScript(s, ".git/hooks/pre-push", MINE);
    const before = await manifest(s, ".git/hooks");
    const { code } = await s.run(process.execPath, [CLI, "hooks", "install"], { env });
    const kept = await s
      .read(".git/hooks/pre-push.before-session")
      .catch(() => s.read(".git/hooks/pre-push"));
    expect(kept, `killed at ${at}`).toBe(MINE);
    expect(s.exists(".git/hooks/pre-push")).toBe(true);
    expect(await s.json("hooks", "install")).toMatchObject({ installed: true });
    await s.ok("hooks", "uninstall");
    expect(await manifest(s, ".git/hooks"), `killed at ${at}`).toBe(before);
    return code;
  });
}, 300_000);

test("after a kill at any moment of uninstall the next uninstall completes", async () => {
  await killedAtEach(async (at, env) => {
    const s = await scratch({ commits: 0 });
    await writeScript(s, ".git/hooks/pre-push", MINE);
    const before = await manifest(s, ".git/hooks", ".git/sessions");
    await s.ok("hooks", "install");
    const { code } = await s.run(process.execPath, [CLI, "hooks", "uninstall"], { env });
    expect(s.exists(".git/hooks/pre-push")).toBe(true);
    await s.ok("hooks", "uninstall");
    expect(await manifest(s, ".git/hooks", ".git/sessions"), `killed at ${at}`).toBe(before);
    return code;
  });
}, 300_000);

test("a folder or other non-file at a hook's path is left in place and reported", async () => {
  const s = await scratch();
  await s.write(".git/hooks/pre-push/file", "x");
  const { code, stdout } = await s.session("hooks", "install");
  expect(code).toBe(1);
  expect(stdout).toContain("pre-push is neither a file nor a link");
  expect(s.exists(".git/hooks/post-merge")).toBe(true);
  await chmod(at(s, ".git/hooks/pre-push"), 0o755);
  await s.ok("hooks", "uninstall");
  expect(await s.read(".git/hooks/pre-push/file")).toBe("x");
});
