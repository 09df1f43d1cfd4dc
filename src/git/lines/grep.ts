import { mapLimited } from "../../text/concurrency.ts";
import { ask } from "../read.ts";

/** Arguments of one process stay below what Windows takes for a command line. */
const MOST_BYTES = 20_000;
/** So many processes at a time: more gain nothing. */
const AT_ONCE = 4;

/**
 * Those of these refs whose tree has a file, one of these, with all of the texts in it; the case of ASCII letters does not count. A few
 * processes for thousands of refs. Refs that git cannot read count as found: whoever opens them will see; `damaged` says
 * that there may be such.
 */
export async function refsHolding(
  root: string,
  refs: readonly string[],
  files: readonly string[],
  texts: readonly string[],
): Promise<{ found: Set<string>; damaged: boolean }> {
  const found = new Set<string>();
  let damaged = false;
  await mapLimited(chunks(refs), AT_ONCE, async (some) => {
    const answer = await ask(root, [
      ...["grep", "--files-with-matches", "--null", "--fixed-strings", "--ignore-case", "--text"],
      // A folder of such a name is not one of ours: it is not gone through.
      ...["--max-depth=0", "--no-textconv", "--all-match", ...texts.flatMap((each) => ["-e", each])],
      ...[...some, "--", ...files],
    ]);
    // Nothing found is 1; where one ref is damaged git gives up on all.
    if (answer.code > 1) for (const ref of some) found.add(ref);
    const missing = [...answer.stderr.matchAll(/^error: '(.+?):.+': unable to read /gm)];
    for (const [, ref = ""] of missing) found.add(ref);
    damaged ||= answer.code > 1 || missing.length > 0;
    for (const name of answer.stdout.split("\0")) {
      const colon = name.indexOf(":");
      if (colon > 0) found.add(name.slice(0, colon));
    }
  });
  return { found, damaged };
}

function chunks(refs: readonly string[]): string[][] {
  const all: string[][] = [];
  let size = MOST_BYTES;
  for (const ref of refs) {
    if (size + ref.length + 1 > MOST_BYTES) {
      all.push([]);
      size = 0;
    }
    all.at(-1)?.push(ref);
    size += ref.length + 1;
  }
  return all;
}
