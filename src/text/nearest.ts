/** Returns up to `max` candidates for a mistyped word, nearest first; ignores case. */
export function nearest(word: string, candidates: readonly string[], max = 3): string[] {
  const wanted = word.toLowerCase().slice(0, 100);
  const allowed = Math.max(1, Math.floor(wanted.length / 3));
  const scored: { candidate: string; distance: number; differs: number }[] = [];
  for (const candidate of new Set(candidates)) {
    const other = candidate.toLowerCase();
    const distance = distanceOf(wanted, other, allowed);
    const differs = Math.abs(wanted.length - other.length);
    if (distance <= allowed) scored.push({ candidate, distance, differs });
  }
  return scored
    .sort(
      (one, other) =>
        one.distance - other.distance ||
        one.differs - other.differs ||
        (one.candidate < other.candidate ? -1 : 1),
    )
    .slice(0, max)
    .map((each) => each.candidate);
}

/**
 * Returns the distance of two words. A word and a longer word that begins with it are near, whatever their
 * lengths.
 */
function distanceOf(wanted: string, other: string, allowed: number): number {
  if (wanted === other) return 0;
  if (wanted.length >= 2 && other.startsWith(wanted)) return 0.5;
  if (other.length >= 3 && wanted.startsWith(other)) return Math.min(allowed, wanted.length - other.length);
  return editDistance(wanted, other, allowed);
}

/**
 * Returns the edit distance of two words, in insertions, deletions, changes and swaps of neighbors; infinite
 * above `most`.
 */
function editDistance(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) > most) return Number.POSITIVE_INFINITY;
  let before: number[] = [];
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    let least = i;
    for (let j = 1; j <= other.length; j++) {
      const change = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const swap = swapped ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      const distance = Math.min(change, swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
      if (distance < least) least = distance;
      next.push(distance);
    }
    if (least > most) return Number.POSITIVE_INFINITY;
    before = row;
    row = next;
  }
  return row[other.length] ?? Number.POSITIVE_INFINITY;
}
