/** Prints the source of a list. */
import type { RecordSource } from "../session/session.ts";
import { oneLine } from "../text/foreign-text.ts";
import type { Output } from "./output.ts";

/** Prints to standard error the source of a list's items, unless the branch has a session in this clone. */
export function tellSource(out: Output, record: RecordSource | undefined): void {
  if (record?.words !== undefined) out.say(`${oneLine(record.words)}:`);
}
