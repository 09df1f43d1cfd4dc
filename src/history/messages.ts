import { log, resolveCommit } from "../git/commits.ts";
import type { Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { surroundings } from "../surroundings.ts";

/** Reads the message of a commit, or messages from standard input. */
export async function readMessages(
  place: Place | undefined,
  commit: string,
  separated: boolean,
): Promise<string[]> {
  if (!place) {
    const text = await standardInput();
    if (!separated) return [text];
    const messages = text.split("\0");
    if (messages.at(-1) === "") messages.pop();
    return messages;
  }
  const oid = await resolveCommit(place.repository.root, commit);
  if (oid === undefined)
    throw new Failure("unknown-revision", `not a commit: "${commit}"`, { hint: "git log --oneline" });
  return (await log(place.repository.root, [oid], { limit: 1 })).map((each) => each.message);
}

async function standardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of surroundings().stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
