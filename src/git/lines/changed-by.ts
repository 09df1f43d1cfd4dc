/** Finds the commits that changed files since two branches diverged. */
import { decodePaths } from "../path-bytes.ts";
import { ask } from "../read.ts";

/** A change of a file on one side of a merge. */
export interface Touch {
  readonly side: "one" | "other";
  readonly commit: string;
  readonly who: string;
  /** Time of the change, in ISO 8601. */
  readonly at: string;
  readonly path: string;
}

/**
 * Returns commits that only one of two revisions has and that changed one of the files, newest first. Empty
 * if git lacks objects, as in a partial clone. `env`: environment variables with git's object folders.
 */
export async function touchesOf(
  root: string,
  [one, other]: readonly [string, string],
  paths: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Touch[]> {
  const args = [
    ...["--literal-pathspecs", "log", "-z", "--left-right", "--format=%m%H%x09%aI%x09%aN"],
    ...["--name-only", "--no-renames", `${one}...${other}`, "--", ...paths],
  ];
  const { code, bytes } = await ask(root, args, undefined, env);
  return code === 0 ? parseTouches(decodePaths(bytes)) : [];
}

function parseTouches(text: string): Touch[] {
  const touches: Touch[] = [];
  let head: Omit<Touch, "path"> | undefined;
  for (const field of text.split("\0").map((each) => each.replace(/^\n/, ""))) {
    const [, mark, commit, at, who] = /^([<>])([0-9a-f]{40,64})\t(\S+)\t(.*)$/.exec(field) ?? [];
    if (commit !== undefined)
      head = { side: mark === "<" ? "one" : "other", commit, who: who ?? "", at: at ?? "" };
    else if (head && field !== "") touches.push({ ...head, path: field });
  }
  return touches;
}
