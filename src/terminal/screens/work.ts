import { plural } from "../../text/plural.ts";

interface Moved {
  readonly branch: string;
  readonly files: number;
}

/** What was put away and what came back: a sentence each. */
export function workLines({ away, back }: { readonly away?: Moved; readonly back?: Moved }): string[] {
  return [
    ...(away ? [`Put away the unfinished work of ${away.branch}: ${plural(away.files, "file")}.`] : []),
    ...(back ? [`Brought back its unfinished work: ${plural(back.files, "file")}.`] : []),
  ];
}
