/** Fake secrets, made when a test runs, so that this repository contains none. */
const LETTERS = "aZ3kQ9xR7mT2vB8nW4pL6yC1dF5gH0jS";

/** Returns random-looking letters and digits, always the same. */
export function randomLetters(length: number, from = LETTERS): string {
  return Array.from({ length }, (_, at) => from[(at * 7 + Math.floor(at / 5)) % from.length]).join("");
}

/** Returns an access token of a forge. */
export const forgeToken = () => ["gh", "p_", randomLetters(36)].join("");

/** Returns an assignment of a password. */
export const passwordLine = () => ["DB_PASS", "WORD=", randomLetters(14)].join("");
