/** Fake secrets, made when a test runs: none of them stands in this repository. */
const LETTERS = "aZ3kQ9xR7mT2vB8nW4pL6yC1dF5gH0jS";

/** Letters and digits as a generator gives them, always the same. */
export function randomLetters(length: number, from = LETTERS): string {
  return Array.from({ length }, (_, at) => from[(at * 7 + Math.floor(at / 5)) % from.length]).join("");
}

/** What a forge gives for its interface. */
export const forgeToken = () => ["gh", "p_", randomLetters(36)].join("");

/** An assignment of a password. */
export const passwordLine = () => ["DB_PASS", "WORD=", randomLetters(14)].join("");
