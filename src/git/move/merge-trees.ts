/** Merges three trees in a temporary work tree. */
import { rm } from "node:fs/promises";
import path from "node:path";
import { makeFolders } from "../../store/folders.ts";
import { gitFailure } from "../failure.ts";
import { change, changed } from "../write.ts";
import { type IndexWorkspace, WHOLE_INDEX } from "./separate-index.ts";

/** Merges three trees, in a temporary work tree that holds only the merged files. */
export async function mergeTrees(
  { repository, scratch }: IndexWorkspace,
  base: string,
  ours: string,
  theirs: string,
) {
  const folder = path.join(scratch, `.tmp-${process.pid}-merge`);
  const file = `${folder}-index`;
  const env = { GIT_DIR: repository.gitDir, GIT_WORK_TREE: folder, GIT_INDEX_FILE: file };
  await makeFolders(folder);
  try {
    await changed(folder, [...WHOLE_INDEX, "read-tree", ours], { env });
    const args = [...WHOLE_INDEX, "merge-recursive", base, "--", ours, theirs];
    const { code, stderr } = await change(folder, args, { env });
    if (code === 0)
      return { tree: await changed(folder, [...WHOLE_INDEX, "write-tree"], { env }), conflicts: [] };
    const unmerged = await changed(folder, [...WHOLE_INDEX, "diff", "--name-only", "--diff-filter=U", "-z"], {
      env,
    });
    const conflicts = [...new Set(unmerged.split("\0").filter((each) => each !== ""))];
    if (conflicts.length === 0) throw gitFailure(["merge-recursive"], stderr);
    return { tree: "", conflicts };
  } finally {
    await Promise.all([rm(folder, { recursive: true, force: true }), rm(file, { force: true })]);
  }
}
