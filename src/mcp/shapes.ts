/** Shapes that several tools take or give. */
import * as z from "zod/v4";
import { Failure } from "../session/failure.ts";

export const session = z.object({ id: z.string(), title: z.string(), state: z.string() });
export const objective = z.object({ id: z.string(), mark: z.string(), text: z.string() });
/** What happened on the side, and what is wrong with settings. */
export const notes = z.array(z.string()).optional();

export const texts = z.array(z.string());

/** Returns the items. Throws Failure `usage` if the list is empty. */
export function some(items: readonly string[], action: string): readonly string[] {
  if (items.length > 0) return items;
  throw new Failure("usage", `${action} needs items`);
}
