/**
 * Finds the worktree of an MCP call: the named worktree, else the server's folder, else the client's only
 * root.
 */
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { McpServer } from "@modelcontextprotocol/server";
import { openPlace, type Place } from "../place/place.ts";
import { codeSpan } from "../render/escape-markdown.ts";
import { Failure } from "../session/failure.ts";

/** The opened place of an MCP call, and the folder to which its paths are relative. */
interface Where {
  readonly place: Place;
  readonly cwd: string;
}

/** Returns the branch and the worktree of a place, in one line of Markdown. */
export function whereText({ repository: { branch, root } }: Place): string {
  return `${branch === undefined ? "HEAD is detached" : `On ${codeSpan(branch)}`}, in ${codeSpan(root)}.`;
}

/**
 * Opens the place of an MCP call. `worktree`: absolute path, or relative to `cwd`.
 * @throws Failure `other-clone` for a folder outside of the server's clone and of the client's roots;
 * `not-a-repository`.
 */
export async function placeFor(server: McpServer, cwd: string, worktree?: string): Promise<Where> {
  if (worktree === undefined) return startedIn(server, cwd);
  const folder = path.resolve(cwd, worktree);
  const place = await openPlace(folder);
  const own = await openPlace(cwd, true).catch(() => undefined);
  if (own?.repository.commonDir === place.repository.commonDir) return { place, cwd: folder };
  const isBelow = (root: string) => !path.relative(root, place.repository.root).startsWith("..");
  if ((await rootsOf(server)).some(isBelow)) return { place, cwd: folder };
  throw new Failure("other-clone", `${folder} is no worktree of the clone that this server works in`, {
    hint: "git worktree list",
  });
}

async function startedIn(server: McpServer, cwd: string): Promise<Where> {
  try {
    return { place: await openPlace(cwd), cwd };
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "not-a-repository") throw error;
    const [root, ...others] = await rootsOf(server);
    if (root === undefined || others.length > 0) throw error;
    return { place: await openPlace(root), cwd: root };
  }
}

/** Returns the root folders that the client reports; empty if it has none. */
async function rootsOf(server: McpServer): Promise<string[]> {
  if (server.server.getClientCapabilities()?.roots === undefined) return [];
  const { roots } = await server.server.listRoots();
  return roots.flatMap(({ uri }) => (uri.startsWith("file:") ? [fileURLToPath(uri)] : []));
}
