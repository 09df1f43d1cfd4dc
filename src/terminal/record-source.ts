/** Says where a list comes from. */
import type { RecordSource } from "../session/session.ts";
import { oneLine } from "../text/foreign-text.ts";
import type { Output } from "./output.ts";

/**
 * Says on standard error where the items of a list come from, unless the branch has a session in this
 * clone.
 */
export function tellSource(out: Output, record: RecordSource | undefined): void {
  if (record?.words !== undefined) out.say(`${oneLine(record.words)}:`);
}
