import { mapLimited } from "../../text/concurrency.ts";
import { ask } from "../read.ts";

/** Maximum bytes of one process's arguments: Windows refuses longer command lines. */
const MOST_BYTES = 20_000;
/** Number of parallel processes: more processes are not faster. */
const AT_ONCE = 4;

/**
 * Returns the refs whose tree has one of these files with all of the texts in it, ignoring the case of ASCII
 * letters. Starts a few processes for thousands of refs. Unreadable refs count as found, because reading them
 * reports the damage; `damaged`: true if some refs may be unreadable.
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
      // Matches only files: does not search a folder with such a name.
      ...["--max-depth=0", "--no-textconv", "--all-match", ...texts.flatMap((each) => ["-e", each])],
      ...[...some, "--", ...files],
    ]);
    // Exit code 1 means no match. With a higher code git gave up because of one damaged ref, so all refs
    // count as found.
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
