import { mkdir, readdir, readFile, rename, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { startedEvent } from "../../src/session/events/events.ts";
import { newSession } from "../../src/session/state.ts";
import { withLock } from "../../src/store/journal/lock.ts";
import type { LoadedSession } from "../../src/store/load.ts";
import { emptySession, saveSession } from "../../src/store/save.ts";
import {
  keptSessions,
  localSessions,
  moveFromKept,
  moveToKept,
  sessionFolders,
} from "../../src/store/sessions.ts";
import { codeOf, emptyFolder } from "./temporary-folder.ts";

const ID = (n: number) => `t05ac9gpehv${n}`;

/** A session of a branch, saved as a command would. */
async function saved(dir: string, branch: string, n: number): Promise<string> {
  const folder = path.join(dir, branch);
  await mkdir(folder, { recursive: true });
  const state = newSession({ id: ID(n), branch, base: {}, now: `2026-01-0${n}T00:00:00.000Z` });
  const event = startedEvent(state.context);
  await withLock(folder, (lock) => saveSession(emptySession(folder, state), state, [event], lock));
  return folder;
}

const branches = async (dir: string) =>
  (await localSessions(dir)).map((each) => each.state.context.ref.slice(11)).sort();

test("the list of sessions finds sessions at every depth, also of branches below each other's names", async () => {
  const dir = await emptyFolder();
  expect(await localSessions(path.join(dir, "none"))).toEqual([]);
  expect(await keptSessions(path.join(dir, "none"))).toEqual([]);
  for (const [n, branch] of ["a", "b/c", "b/c/d", "e/f/g/h"].entries()) await saved(dir, branch, n + 1);
  expect(await branches(dir)).toEqual(["a", "b/c", "b/c/d", "e/f/g/h"]);
});

test("the list of sessions skips a workspace, folders of ours, links and damaged sessions", async () => {
  const dir = await emptyFolder();
  const folder = await saved(dir, "a", 1);
  await rename(await saved(dir, "b", 2), path.join(folder, "workspace"));
  await saved(dir, ".kept/also-not", 3);
  await symlink(folder, path.join(dir, "linked"));
  await mkdir(path.join(dir, "damaged"));
  await writeFile(path.join(dir, "damaged", "context.json"), "{");
  await mkdir(path.join(dir, "folder", "context.json"), { recursive: true });
  await writeFile(path.join(dir, "a-file"), "x");
  expect(await branches(dir)).toEqual(["a"]);
  expect((await sessionFolders(dir)).map((each) => path.relative(dir, each)).sort()).toEqual([
    "a",
    "damaged",
    "folder",
  ]);
});

test("moving a session aside leaves the branches below it alone, and moving it back restores every byte", async () => {
  const dir = await emptyFolder();
  const folder = await saved(dir, "a", 1);
  await saved(dir, "a/b", 2);
  await mkdir(path.join(folder, "workspace"));
  await writeFile(path.join(folder, "workspace", "plan.md"), "a plan");
  const before = await readFile(path.join(folder, "context.json"), "utf8");
  await withLock(folder, (lock) => moveToKept(dir, folder, ID(1), lock));
  expect(await branches(dir)).toEqual(["a/b"]);
  expect(await readdir(folder)).toEqual(["b"]);
  const [kept] = await keptSessions(dir);
  expect(kept?.state.context.id).toBe(ID(1));
  expect(await readFile(path.join(dir, ".kept", ID(1), "workspace", "plan.md"), "utf8")).toBe("a plan");
  await withLock(folder, (lock) =>
    moveFromKept(kept as LoadedSession, folder, kept?.state.context.ref ?? "", lock),
  );
  expect(await branches(dir)).toEqual(["a", "a/b"]);
  expect(await readFile(path.join(folder, "context.json"), "utf8")).toBe(before);
  expect(await keptSessions(dir)).toEqual([]);
});

test("a session moved aside twice never replaces the first", async () => {
  const dir = await emptyFolder();
  for (let n = 1; n <= 3; n++) {
    const folder = await saved(dir, "a", n);
    await withLock(folder, (lock) => moveToKept(dir, folder, ID(1), lock));
  }
  const kept = await keptSessions(dir);
  expect(kept.map((each) => each.state.context.id).sort()).toEqual([1, 2, 3].map(ID));
  expect((await readdir(path.join(dir, ".kept"))).sort()).toEqual([ID(1), `${ID(1)}-2`, `${ID(1)}-3`]);
});

test("a linked folder of ended sessions is not followed", async () => {
  const dir = await emptyFolder();
  const folder = await saved(dir, "a", 1);
  const elsewhere = await emptyFolder();
  await symlink(elsewhere, path.join(dir, ".kept"));
  expect(await withLock(folder, (lock) => codeOf(moveToKept(dir, folder, ID(1), lock)))).toBe("unsafe-file");
  expect(await readdir(elsewhere)).toEqual([]);
  expect(await branches(dir)).toEqual(["a"]);
});

test("a session that is decided but not yet written exists; a session that waits for a commit does not", async () => {
  const dir = await emptyFolder();
  const folder = await saved(dir, "a", 1);
  const text = await readFile(path.join(folder, "context.json"), "utf8");
  const journal = { write: { "context.json": text.replaceAll("refs/heads/a", "refs/heads/b") } };
  await mkdir(path.join(dir, "b"));
  await writeFile(path.join(dir, "b", ".journal"), JSON.stringify(journal));
  const condition = { ref: "refs/heads/c", before: null, amend: false, id: ID(1), layout: { added: [] } };
  await mkdir(path.join(dir, "c"));
  await writeFile(path.join(dir, "c", ".journal"), JSON.stringify({ ...journal, condition }));
  expect(await branches(dir)).toEqual(["a", "b"]);
});
