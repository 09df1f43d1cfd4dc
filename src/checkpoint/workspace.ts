/**
 * Manages the documents of a session (analyses, plans, notes) that stay out of the work tree and its
 * commits.
 */

import { lstatSync } from "node:fs";
import { realpath } from "node:fs/promises";
import path from "node:path";
import { requireBranch } from "../git/repository.ts";
import { folderOfPaths, type Place } from "../place/place.ts";
import { withSession } from "../record/change.ts";
import { currentSession } from "../record/find-session.ts";
import { resolveSession } from "../record/resolve-session.ts";
import { Failure } from "../session/failure.ts";
import { fileName } from "../session/files/filename.ts";
import {
  type Document,
  documentPath,
  documentsOf,
  readDocument,
  readStream,
  workspaceFolder,
  writeDocument,
} from "../store/workspace.ts";
import { surroundings } from "../surroundings.ts";

/** A file to add to the workspace. */
export interface Addition {
  /** Path as the user typed it; `-` means standard input and needs `name`. */
  readonly from: string;
  /** Name of the document in the workspace; default: the file's name. */
  readonly name?: string;
  /** True to replace a document of the same name. */
  readonly force: boolean;
}

/**
 * Returns the path of the workspace folder of the named session, default the current session. Creates the
 * folder.
 * @throws Failure `no-session`, `unknown-session`, `not-here`, `unsafe-file`
 */
export async function workspacePath(place: Place, name?: string): Promise<string> {
  return workspaceFolder(place.sessionsDir, await folderOf(place, name));
}

/**
 * Lists the documents of the named session, default the current session.
 * @throws Failure as `workspacePath`
 */
export async function documents(place: Place, name?: string): Promise<Document[]> {
  return documentsOf(await folderOf(place, name));
}

/** Returns the folder of a session, open or ended. */
async function folderOf(place: Place, name: string | undefined): Promise<string> {
  if (name === undefined) return (await currentSession(place)).folder;
  const { id, title, loaded, folder = loaded?.folder } = await resolveSession(place, name);
  if (folder !== undefined && folder !== "") return folder;
  throw new Failure("not-here", `${title} is only a snapshot in this clone`, {
    hint: `session resume ${id}`,
  });
}

/**
 * Copies files into the workspace of the current session. Reads all files before writing the first.
 * @throws Failure `no-session`, `usage`, `bad-name`, `no-such-file`, `unsafe-file`, `too-large`,
 * `file-exists`
 */
export async function addDocuments(
  place: Place,
  cwd: string,
  added: readonly Addition[],
): Promise<Document[]> {
  await currentSession(place);
  const named = added.map((each) => ({ ...each, name: nameOf(each) }));
  const twice = named.find((each, at) => named.findIndex((other) => other.name === each.name) !== at);
  if (twice) throw new Failure("usage", `two of these files have the name ${twice.name}`);
  const folder = folderOfPaths(place, cwd);
  const contents: Buffer[] = [];
  for (const { from } of named)
    contents.push(
      from === "-"
        ? await readStream(surroundings().stdin)
        : await readDocument(await plainPath(place, folder, from)),
    );
  return withSession(place, requireBranch(place.repository), async (session, lock) => {
    await lock.check();
    const workspace = await workspaceFolder(place.sessionsDir, session.folder);
    for (const [at, { name, force }] of named.entries())
      await writeDocument(workspace, name, contents[at] as Buffer, force);
    const names = new Set(named.map((each) => each.name));
    return (await documentsOf(session.folder)).filter((each) => names.has(each.name));
  });
}

/**
 * Returns the path for an editor: the workspace folder, or the named document in it, which may not exist
 * yet.
 * @throws Failure `bad-name`, and as `workspacePath`
 */
export async function openable(place: Place, name: string | undefined, session?: string): Promise<string> {
  const checked = name === undefined ? undefined : fileName(name, "a document");
  const workspace = await workspacePath(place, session);
  return checked === undefined ? workspace : documentPath(workspace, checked);
}

function nameOf({ from, name }: Addition): string {
  if (from === "-" && name === undefined)
    throw new Failure("usage", "standard input needs a name: --name <name>");
  return fileName(name ?? path.basename(from), "a document");
}

/**
 * Returns the path of a file. Refuses a path in the work tree that leads out of it through a link, which
 * a commit could have planted.
 */
async function plainPath(place: Place, folder: string, from: string): Promise<string> {
  const file = path.resolve(folder, from);
  const { root } = place.repository;
  const inside = (parent: string, child: string) => `${child}${path.sep}`.startsWith(`${parent}${path.sep}`);
  if (!inside(root, file) || !lstatSync(file, { throwIfNoEntry: false })) return file;
  if (inside(await realpath(root), await realpath(path.dirname(file)))) return file;
  throw new Failure("unsafe-file", `${from} is behind a link to a folder outside of the work tree`, {
    advice: `use its real path: ${await realpath(file)}`,
  });
}
