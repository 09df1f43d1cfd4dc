import type { Filed } from "../record/keeping.ts";

/** How a session is called and filed, as data. */
export function filedValue({ context, known, changed }: Filed) {
  const { id, title, state, tags, meta } = context;
  return { id, title, branch: known.branch, state, tags, meta, changed };
}
