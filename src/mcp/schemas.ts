/** Defines schemas that several MCP tools share. */
import * as z from "zod/v4";
import { Failure } from "../session/failure.ts";

export const session = z.object({ id: z.string(), title: z.string(), state: z.string() });
export const objective = z.object({ id: z.string(), mark: z.string(), text: z.string() });
/** Texts in an answer: warnings, side effects, and problems of settings. */
export const notes = z.array(z.string()).optional();

export const texts = z.array(z.string());

/**
 * A list of texts; also accepts a single text. The published schema only mentions the list: clients pay for
 * each word.
 */
export const some = z.preprocess((given) => (typeof given === "string" ? [given] : given), texts);

/**
 * Checks that an action takes every given argument: a text that is dropped looks recorded.
 * @throws Failure `usage` otherwise
 */
export function checkArguments<A extends string>(
  given: object,
  action: A,
  takes: Readonly<Record<A, readonly string[]>>,
): void {
  const names = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const other = names.find((each) => !takes[action].includes(each));
  if (other === undefined) return;
  const known = takes[action].length === 0 ? "no other argument" : `only ${takes[action].join(", ")}`;
  throw new Failure("usage", `${action} does not take ${other}: it takes ${known}`);
}

/**
 * Returns the values of an argument that an action needs.
 * @throws Failure `usage` if they are missing
 */
export function needed(given: readonly string[] | undefined, action: string, name: "text" | "id") {
  if (given !== undefined && given.length > 0) return given;
  throw new Failure("usage", `${action} needs ${name}`);
}
