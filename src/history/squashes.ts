import { log } from "../git/commits.ts";
import { readMessage } from "../trailers/read.ts";

/**
 * Returns the newest commit of the ref `into` that carries a session and that a branch lacks: the result
 * of a squash or rebase. `tip`: commit of the branch.
 */
export async function squashIn(
  root: string,
  session: string,
  into: string,
  tip: string,
): Promise<string | undefined> {
  const commits = await log(root, [into, `^${tip}`], { grep: [session] });
  const isIt = (message: string) => {
    const record = readMessage(message).session;
    return record?.id === session || record?.decisions.some((each) => each.session === session);
  };
  return commits.find((each) => isIt(each.message))?.oid;
}
