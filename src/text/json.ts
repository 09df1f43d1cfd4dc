import { withEscapes } from "./visible.ts";

/** Prints a value as JSON, with escapes for control and formatting characters that a terminal would act on. The value is unchanged. */
export function jsonText(value: unknown): string {
  return `${withEscapes(JSON.stringify(value, null, 2), /[\x7f-\x9f\u2028\u2029]|\p{Cf}/gu)}\n`;
}
