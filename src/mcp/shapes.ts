/** Shapes that several tools give. */
import * as z from "zod/v4";

export const session = z.object({ id: z.string(), title: z.string(), state: z.string() });
export const objective = z.object({ id: z.string(), mark: z.string(), text: z.string() });
/** What happened on the side, and what is wrong with settings. */
export const notes = z.array(z.string()).optional();
