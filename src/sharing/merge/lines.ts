/** Merges texts by lines. Symmetric: both orders of the sides give the same text. Pure. */

/** Maximum differing lines to compare: more would take too long. */
const MAX_DIFFERENT = 2_000;

/** The result of merging the lines of two sides. */
export interface MergedLines {
  readonly lines: readonly string[];
  /** False if both sides changed the same place; the text then contains both versions. */
  readonly clean: boolean;
}

/** Joins two unrelated runs of lines; the smaller run comes first. */
type Join = (one: readonly string[], other: readonly string[]) => readonly string[];

const oneAfterTheOther: Join = (one, other) => [...one, ...other];

/** Merges three texts by lines; undefined if they differ too much. */
export function mergeLines(
  base: readonly string[],
  ours: readonly string[],
  theirs: readonly string[],
  join: Join = oneAfterTheOther,
): MergedLines | undefined {
  const [mine, its] = [matches(base, ours), matches(base, theirs)];
  if (!mine || !its) return undefined;
  const lines: string[] = [];
  let clean = true;
  const place = { base: 0, ours: 0, theirs: 0 };
  for (let at = 0; at <= base.length; at++) {
    // A changed place ends at a line that all three share.
    const [one, other] = at < base.length ? [mine[at], its[at]] : [ours.length, theirs.length];
    if (one === undefined || other === undefined) continue;
    const before = base.slice(place.base, at);
    const [changed, instead] = [ours.slice(place.ours, one), theirs.slice(place.theirs, other)];
    if (isEqual(changed, instead) || isEqual(instead, before)) lines.push(...changed);
    else if (isEqual(changed, before)) lines.push(...instead);
    else {
      const both = unionLines(changed, instead, join);
      if (!both) return undefined;
      clean = false;
      lines.push(...both);
    }
    if (at < base.length) lines.push(base[at] ?? "");
    Object.assign(place, { base: at + 1, ours: one + 1, theirs: other + 1 });
  }
  return { lines, clean };
}

/** Returns all lines of both texts, common lines once; undefined if they differ too much. */
export function unionLines(
  one: readonly string[],
  other: readonly string[],
  join: Join = oneAfterTheOther,
): readonly string[] | undefined {
  const [first, second] = one.join("\n") <= other.join("\n") ? [one, other] : [other, one];
  const found = matches(first, second);
  if (!found) return undefined;
  const lines: string[] = [];
  let [at, to] = [0, 0];
  for (let end = 0; end <= first.length; end++) {
    const match = end < first.length ? found[end] : second.length;
    if (match === undefined) continue;
    lines.push(...join(first.slice(at, end), second.slice(to, match)));
    if (end < first.length) lines.push(first[end] ?? "");
    [at, to] = [end + 1, match + 1];
  }
  return lines;
}

function isEqual(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, at) => line === other[at]);
}

/**
 * Returns, for each line of one text, its index in the other text, along a longest common subsequence (Myers
 * 1986).
 */
function matches(one: readonly string[], other: readonly string[]): (number | undefined)[] | undefined {
  const found: (number | undefined)[] = new Array(one.length).fill(undefined);
  let start = 0;
  while (start < one.length && start < other.length && one[start] === other[start]) found[start] = start++;
  let [end, last] = [one.length, other.length];
  while (end > start && last > start && one[end - 1] === other[last - 1]) found[--end] = --last;
  const path = shortest(one.slice(start, end), other.slice(start, last));
  if (!path) return undefined;
  for (const [at, to] of path) found[start + at] = start + to;
  return found;
}

/** Returns the pairs of equal lines on a shortest path between two texts. */
function shortest(one: readonly string[], other: readonly string[]): [number, number][] | undefined {
  const most = Math.min(one.length + other.length, MAX_DIFFERENT);
  const reached: Int32Array[] = [];
  let front = new Int32Array(3);
  for (let edits = 0; edits <= most; edits++) {
    const next = new Int32Array(2 * edits + 3);
    for (let line = -edits; line <= edits; line += 2) {
      const [below, above] = [front[edits + line - 1] ?? 0, front[edits + line + 1] ?? 0];
      let at = edits === 0 ? 0 : line === -edits || (line !== edits && below < above) ? above : below + 1;
      while (at < one.length && at - line < other.length && one[at] === other[at - line]) at++;
      next[edits + line + 1] = at;
      if (line === one.length - other.length && at >= one.length) return walkBack(one.length, line, reached);
    }
    reached.push(next);
    front = next;
  }
  return undefined;
}

/** Walks back from the end of the path; steps without an edit are equal lines. */
function walkBack(length: number, last: number, reached: readonly Int32Array[]): [number, number][] {
  const pairs: [number, number][] = [];
  let [at, line] = [length, last];
  for (let edits = reached.length; edits >= 0; edits--) {
    const front = reached[edits - 1];
    const [below, above] = [front?.[edits + line - 1] ?? 0, front?.[edits + line + 1] ?? 0];
    const isDown = line === -edits || (line !== edits && below < above);
    const from = front === undefined ? 0 : isDown ? above : below + 1;
    while (at > from) {
      at--;
      pairs.push([at, at - line]);
    }
    if (front === undefined) break;
    at = isDown ? above : below;
    line += isDown ? 1 : -1;
  }
  return pairs;
}
