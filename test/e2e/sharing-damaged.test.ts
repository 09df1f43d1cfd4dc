/** Snapshots damaged in this clone: each is skipped by name, and everything else works. */
import { expect, test } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";
import { fastSnapshots } from "../support/snapshots.ts";
import { twoClones } from "../support/two-clones.ts";

const SOUND = "ssssssssssss";
const BAD = "bbbbbbbbbbbb";

/** Two sessions that ended, as snapshots alone; every object is a file of its own. */
async function ended(): Promise<Scratch> {
  const s = await scratch();
  const files = (word: string) => ({
    "objectives.md": `- [x] obj-1: ${word}\n`,
    "events.jsonl": `{"at":"2026-03-01T10:00:00.000Z","type":"note","text":"${word}"}\n`,
  });
  const created = "2026-03-01T09:00:00.000Z";
  await fastSnapshots(s, [
    { id: SOUND, title: "Sound", created, files: files("Harvest") },
    { id: BAD, title: "Bad", created, files: files("Harvest again") },
  ]);
  await s.run("sh", [
    "-c",
    "mv .git/objects/pack/*.pack ../p; rm -f .git/objects/pack/*; git unpack-objects -q <../p",
  ]);
  return s;
}

const fileOf = (oid: string) => `.git/objects/${oid.slice(0, 2)}/${oid.slice(2)}`;

async function harm(s: Scratch, revision: string, how: "missing" | "no zlib" | "cut off"): Promise<string> {
  const oid = await s.git("rev-parse", revision);
  const file = fileOf(oid);
  const script = {
    missing: `rm -f ${file}`,
    "no zlib": `echo garbage >${file}`,
    "cut off": `truncate -s -5 ${file}`,
  };
  await s.run("sh", ["-c", `chmod u+w ${file}; ${script[how]}`]);
  return oid;
}

/** What each says on standard output of the one that is sound; the other one is named in a line beside it. */
const COMMANDS: readonly (readonly [string, string])[] = [
  ["list --all", SOUND],
  ["history --metrics", SOUND],
  ["search Harvest", "Harvest"],
  ["report --project", "Sessions | 1"],
  [`show ${SOUND}`, "Harvest"],
  ["stats --all", "1 archived"],
  ["cleanup --dry-run", ""],
  ["export --all -o out", ""],
  ["decisions list --all", ""],
  [`resume ${SOUND} --keep`, "Harvest"],
  [`delete ${SOUND} --force`, ""],
  [`restore ${SOUND}`, ""],
  ["status", "Sound"],
  ["brief", "Harvest"],
];

test.each(["missing", "no zlib", "cut off"] as const)(
  "a commit that is %s is skipped by name, and no command aborts",
  async (how) => {
    const s = await ended();
    await s.git("branch", `work/${SOUND}`);
    const bad = await harm(s, `refs/sessions/${BAD}`, how);
    const kind = how === "missing" ? how : "(missing|damaged)";
    for (const [line, says] of how === "missing" ? COMMANDS : COMMANDS.slice(0, 4)) {
      const { code, stdout, stderr } = await s.session(...line.split(" "));
      expect(code, `${line}: ${stderr}`).toBe(0);
      expect(stdout, line).toContain(says);
      expect(stdout, line).not.toContain("Harvest again");
      expect(stderr.match(/left out/g)?.length ?? 0, line).toBe(/^(status|brief)/.test(line) ? 0 : 1);
      if (!/^(status|brief)/.test(line))
        expect(stderr).toMatch(
          new RegExp(`left out: refs/sessions/${BAD} \\(${kind}\\)\\nhint: session doctor\\n`),
        );
    }
    const shown = await s.session("show", BAD);
    expect(shown.code).toBe(3);
    expect(shown.stderr).toContain(`left out: refs/sessions/${BAD}`);
    const doctor = await s.session("doctor");
    expect(doctor.stdout).toMatch(new RegExp(`refs/sessions/${BAD} +its commit ${bad} is ${kind}`));
    expect(doctor.stdout).toContain(`git update-ref -d refs/sessions/${BAD} `);
    await s.git("update-ref", "-d", `refs/sessions/${BAD}`);
    expect((await s.session("list", "--all")).stderr).toBe("");
  },
);

test("a truncated ref, and a ref to a tag of a tag of a file, are skipped", async () => {
  const s = await ended();
  const blob = await s.git("rev-parse", "HEAD:README.md");
  await s.git("tag", "-a", "-m", "x", "one", blob);
  await s.git("tag", "-a", "-m", `Bad\n\nSession-Id: ${BAD}\nSession-Branch: x`, "two", "one");
  await s.git("update-ref", `refs/sessions/${BAD}`, await s.git("rev-parse", "two"));
  const listed = await s.session("list", "--all");
  expect(listed.stdout).toContain(SOUND);
  expect(listed.stdout).not.toContain(BAD);
  expect(listed.stderr).toContain(`left out: refs/sessions/${BAD} (no snapshot)`);
  expect((await s.session("doctor")).stdout).toContain(`refs/sessions/${BAD}  it is a tag, not a snapshot`);
  await s.write(`.git/refs/sessions/${BAD}`, "");
  const again = await s.session("list", "--all");
  expect([again.code, again.stderr]).toEqual([
    0,
    `left out: refs/sessions/${BAD} (damaged)\nhint: session doctor\n`,
  ]);
  const fix = /rm "\$\(.*\)"/.exec((await s.session("doctor")).stdout)?.[0] ?? "";
  expect((await s.run("sh", ["-c", fix])).code).toBe(0);
  expect((await s.session("list", "--all")).stderr).toBe("");
});

test.each([
  ["its tree", "^{tree}", "missing"],
  ["its record", ":context.json", "missing"],
  ["a list", ":objectives.md", "missing"],
  ["a list", ":objectives.md", "no zlib"],
  ["a list", ":objectives.md", "cut off"],
] as const)(
  "%s (%s) that is %s gives one line about that session, and the others continue",
  async (_what, path, how) => {
    const s = await ended();
    await s.git("branch", `work/${BAD}`);
    await harm(s, `refs/sessions/${BAD}${path}`, how);
    const before = await s.git("for-each-ref");
    for (const command of ["show", "resume"]) {
      const ran = await s.session(command, BAD);
      expect(ran.code, command).toBe(1);
      expect(ran.stderr, command).toMatch(/^error: .*\nhint: session doctor\n$/);
    }
    expect(await s.git("for-each-ref")).toBe(before);
    const found = await s.session("search", "Harvest");
    expect(found.code).toBe(0);
    expect(found.stdout).toContain("obj-1  Harvest");
    expect(found.stderr).toMatch(new RegExp(`left out: .*${BAD}`));
    const exported = await s.session("export", "--all", "-o", "out");
    expect([exported.code, exported.stderr]).toEqual([
      0,
      expect.stringMatching(new RegExp(`left out: .*${BAD}`)),
    ]);
    expect(await s.ok("list", "--all")).toContain(SOUND);
    expect(await s.ok("show", SOUND)).toContain("Harvest");
  },
);

/** Unpacks every object into its own file, so that a test can damage one. */
async function unpacked(s: Scratch): Promise<void> {
  const each = "for each in ../packs/*.pack; do git unpack-objects -q <$each; done";
  await s.run("sh", ["-c", `mkdir -p ../packs; mv .git/objects/pack/* ../packs; ${each}`]);
}

test.each(["missing", "no zlib"] as const)(
  "a fetched snapshot that is %s is fetched again after the damaged object is removed",
  async (how) => {
    const { a, b, id } = await twoClones();
    await a.ok("push");
    await b.ok("pull");
    await unpacked(b);
    await harm(b, `refs/session-remotes/origin/${id}`, how);
    const listed = await b.session("list");
    expect(listed.code).toBe(0);
    expect(listed.stderr).toContain(`refs/session-remotes/origin/${id} (`);
    const doctor = (await b.session("doctor")).stdout;
    expect(doctor).toContain("session pull restores it from a remote");
    const remove = /rm \S+/.exec(doctor)?.[0];
    expect(remove === undefined).toBe(how === "missing");
    if (remove !== undefined) await b.run("sh", ["-c", remove.replace("rm", "rm -f")]);
    await b.ok("pull");
    expect(await b.session("list")).toMatchObject({
      code: 0,
      stderr: "",
      stdout: expect.stringContaining(id),
    });
  },
);

test.each(["missing", "no zlib"] as const)(
  "a snapshot of this clone alone that is %s does not stop other commands",
  async (how) => {
    const { a, b, id } = await twoClones();
    await b.ok("start", "mine", "-o", "Mine");
    const mine = (await b.json("status")).session.id;
    await b.ok("end");
    const lost = await b.git("rev-parse", `refs/sessions/${mine}`);
    await unpacked(b);
    await harm(b, lost, how);
    await a.ok("push");
    const pulled = await b.session("pull");
    if (how === "missing") {
      expect(pulled.stdout).toContain(`new\tWork\twork\t${id}\n`);
      await b.ok("show", id);
    } else {
      expect([pulled.code, pulled.stderr]).toEqual([
        1,
        `error: cannot fetch while refs/sessions/${mine} is damaged in this clone\nhint: session doctor\n`,
      ]);
    }
    // Its folder was kept: it ends once more with a snapshot that does not go on from the lost one.
    await b.ok("resume", mine);
    const ended = await b.session("end");
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toContain(
      `the earlier snapshot ${lost} cannot be read: refs/sessions/${mine} starts a new history`,
    );
    expect(await b.git("rev-list", "--count", `refs/sessions/${mine}`)).toBe("1");
    expect((await b.session("list")).stderr).toBe("");
    await b.ok("pull");
    await b.ok("push", mine);
  },
);

test("doctor names the last good snapshot from the ref's log", async () => {
  const s = await scratch({ session: ["work", "-o", "One"] });
  const { id } = (await s.json("status")).session;
  for (const text of ["First", "Second"]) {
    await s.ok("resume", id);
    await s.ok("note", text);
    await s.ok("end");
  }
  const before = await s.git("rev-parse", `refs/sessions/${id}~1`);
  await harm(s, `refs/sessions/${id}`, "missing");
  const [fix = ""] = /git update-ref \S+ [0-9a-f]{40} /.exec((await s.session("doctor")).stdout) ?? [];
  expect(fix.trim()).toBe(`git update-ref refs/sessions/${id} ${before}`);
  await s.run("sh", ["-c", fix]);
  expect(await s.session("list")).toMatchObject({ code: 0, stderr: "", stdout: expect.stringContaining(id) });
});

test("pull does not treat missing objects as deletions, and merges no snapshot with missing objects", async () => {
  const { a, b, id } = await twoClones();
  await a.ok("push");
  await b.ok("pull");
  await b.ok("tag", id, "here");
  await a.ok("objectives", "add", "Two");
  await a.ok("push");
  await unpacked(b);
  await harm(b, `refs/sessions/${id}:objectives.md`, "missing");
  const before = await b.git("rev-parse", `refs/sessions/${id}`);
  const { sessions } = await b.json("pull");
  expect(sessions).toMatchObject([{ id, outcome: "skipped" }]);
  expect(sessions[0].reason).toContain("objectives.md of the snapshot");
  expect(await b.git("rev-parse", `refs/sessions/${id}`)).toBe(before);
});

test("a push of several sessions skips the session with damaged files, and the others arrive", async () => {
  const s = await ended();
  await s.git("init", "--quiet", "--bare", "../remote.git");
  await s.git("remote", "add", "origin", "../remote.git");
  const remote = s.at("../remote.git");
  for (const [path, how] of [
    [":objectives.md", "cut off"],
    [":objectives.md", "missing"],
    ["^{tree}", "missing"],
  ] as const) {
    await harm(s, `refs/sessions/${BAD}${path}`, how);
    const pushed = await s.session("push", "--all");
    expect(pushed.code).toBe(1);
    expect(pushed.stdout + pushed.stderr).toContain(
      "its snapshot is damaged in this clone\nhint: session doctor",
    );
    expect(await remote.git("for-each-ref", "--format=%(refname)")).toBe(`refs/sessions/${SOUND}`);
    await remote.git("update-ref", "-d", `refs/sessions/${SOUND}`);
  }
});
