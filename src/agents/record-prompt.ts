/** Records the prompt of an agent: as the first objective of a session without objectives, else as a note. */
import { addObjectives, recordNote } from "../record/items.ts";
import { checkText } from "../session/edits/items.ts";
import { Failure } from "../session/failure.ts";
import { headline } from "../session/session.ts";
import type { Target } from "./run-target.ts";

/** Maximum characters of a prompt in the record. Of a longer prompt, only the first line is recorded. */
const MOST = 300;

/** Records a prompt once. Returns a warning if that fails: the agent still starts. */
export async function recordPrompt(
  { place, state }: Target,
  label: string,
  prompt: string,
): Promise<string[]> {
  const { objectives, context } = state;
  try {
    const text = checkText(shortened(prompt), "an objective");
    const note = `${label} was asked: ${text}`;
    if ([...objectives, ...context.notes].some((each) => each.text === text || each.text === note)) return [];
    if (objectives.length === 0) await addObjectives(place, [text]);
    else await recordNote(place, note);
    return [];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [`the prompt was not recorded: ${error.message}`];
  }
}

function shortened(prompt: string): string {
  const points = [...prompt];
  if (points.length <= MOST) return prompt;
  const line = [...headline(prompt)];
  return line.length <= MOST ? line.join("") : `${line.slice(0, MOST - 1).join("")}…`;
}
