/** Converts limits on the length of texts for readers and agents. Pure. */

/** A maximum length in bytes of UTF-8, or in UTF-16 units. */
export interface Limit {
  readonly unit: "bytes" | "chars";
  readonly most: number;
}

/** A limit that every measured agent accepts, with room for the agent's own text. */
export const DEFAULT_LIMIT: Limit = { unit: "bytes", most: 9500 };

/** Returns the short name of an agent: the first word in lower case. */
export function agentName(agent: string): string {
  return (
    agent
      .trim()
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .find((each) => each !== "") ?? "agent"
  );
}

/** Returns a limit for a number of tokens, at four bytes each, the average for English and code. */
export function tokens(count: number): Limit {
  return { unit: "bytes", most: count * 4 };
}

/** Reports whether a text is within a limit. */
export function fits(text: string, limit: Limit): boolean {
  return (limit.unit === "bytes" ? Buffer.byteLength(text) : text.length) <= limit.most;
}
