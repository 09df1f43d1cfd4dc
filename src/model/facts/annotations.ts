/** Marks such as `TODO:` in the lines that a diff adds. */
import { filesOfDiff } from "./diff.ts";

export interface Annotation {
  /** The mark without its colon. */
  readonly tag: string;
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

const MAX_TEXT = 200;
const MAX_LINE = 2000;

/** Annotations in added lines, in order; `tags` as in `tracking.annotations`. */
export function annotationsInDiff(diff: string, tags: readonly string[]): Annotation[] {
  const found: Annotation[] = [];
  for (const { path, added } of filesOfDiff(diff)) {
    for (const { line, text } of added) {
      const annotation = annotationIn(text.slice(0, MAX_LINE), tags);
      if (annotation) found.push({ ...annotation, path, line });
    }
  }
  return found;
}

/** A mark counts at the start of a line or of a comment, not where a text speaks about it. */
function annotationIn(line: string, tags: readonly string[]): { tag: string; text: string } | undefined {
  for (const tag of tags) {
    for (let at = line.indexOf(tag); at >= 0; at = line.indexOf(tag, at + 1)) {
      const before = line.slice(0, at).trimEnd();
      if (
        before !== "" &&
        !/(\/\/+|\/\*+|(^|\s)\*|#+|--+|;+|%+|<!--|"""|\(\*|(^|\s)[-*+]|\])!?$/.test(before)
      )
        continue;
      const rest = line
        .slice(at + tag.length)
        .replace(/\s*(\*\/|-->|\*\))\s*$/, "")
        .trim();
      return {
        tag: tag.replace(/:$/, ""),
        text: rest.length > MAX_TEXT ? `${rest.slice(0, MAX_TEXT)}…` : rest,
      };
    }
  }
  return undefined;
}
