/** Shapes that several tools take or give. */
import * as z from "zod/v4";
import { Failure } from "../session/failure.ts";

export const session = z.object({ id: z.string(), title: z.string(), state: z.string() });
export const objective = z.object({ id: z.string(), mark: z.string(), text: z.string() });
/** What happened on the side, and what is wrong with settings. */
export const notes = z.array(z.string()).optional();

export const texts = z.array(z.string());

/** A list, or a single text in its place. The schema says a list: clients pay for each word of it. */
export const some = z.preprocess((given) => (typeof given === "string" ? [given] : given), texts);

/** Returns what an action needs. Throws Failure `usage` if it is not there. */
export function needed(given: readonly string[] | undefined, action: string, name: "text" | "id") {
  if (given !== undefined && given.length > 0) return given;
  throw new Failure("usage", `${action} needs ${name}`);
}
