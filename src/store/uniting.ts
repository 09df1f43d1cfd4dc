/** `united.json` in a session's folder: there from when a folder has what two snapshots came to until their ref has it. */
import { rm } from "node:fs/promises";
import path from "node:path";
import { readSmall } from "./files.ts";

export interface Uniting {
  readonly id: string;
  /** Where the session's ref was. */
  readonly ours: string;
  /** Where it goes. */
  readonly commit: string;
}

const NAME = "united.json";

/** Name and content of the file. */
export function uniting(mark: Uniting): [string, string][] {
  return [[NAME, `${JSON.stringify(mark)}\n`]];
}

/** Takes the file away, once `first` has done what it asks for. */
export async function endUniting(folder: string, first?: (mark: Uniting) => Promise<void>): Promise<void> {
  const file = path.join(folder, NAME);
  const mark = first && parse(await readSmall(file));
  if (mark) await first(mark);
  await rm(file, { force: true });
}

function parse(text: string | undefined): Uniting | undefined {
  try {
    const { id, ours, commit } = JSON.parse(text ?? "") as Partial<Uniting>;
    const isCommit = (each: unknown) => typeof each === "string" && /^[0-9a-f]{40,64}$/.test(each);
    return typeof id === "string" && isCommit(ours) && isCommit(commit)
      ? ({ id, ours, commit } as Uniting)
      : undefined;
  } catch {
    return undefined;
  }
}
