/** Returns the ids of commits reachable from one commit through parents, including that commit. */
export function reachableCommits(
  graph: ReadonlyMap<string, { readonly parents: readonly string[] }>,
  from: string,
): Set<string> {
  const found = new Set<string>();
  const open = [from];
  for (let oid = open.pop(); oid !== undefined; oid = open.pop()) {
    const commit = graph.get(oid);
    if (!commit || found.has(oid)) continue;
    found.add(oid);
    open.push(...commit.parents);
  }
  return found;
}
