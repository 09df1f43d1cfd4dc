/** How long a text may be for whoever reads it. */

/** Bytes of UTF-8, or UTF-16 units. */
export interface Limit {
  readonly unit: "bytes" | "chars";
  readonly most: number;
}

/** Fits into every agent that was measured, with room for what it puts around it. */
export const DEFAULT_LIMIT: Limit = { unit: "bytes", most: 9500 };

/** The short name of an agent: the first word, in small letters. */
export function agentName(agent: string): string {
  return (
    agent
      .trim()
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .find((each) => each !== "") ?? "agent"
  );
}

/** About what tokenizers make of English and code: four bytes each. */
export function tokens(count: number): Limit {
  return { unit: "bytes", most: count * 4 };
}

export function fits(text: string, limit: Limit): boolean {
  return (limit.unit === "bytes" ? Buffer.byteLength(text) : text.length) <= limit.most;
}
