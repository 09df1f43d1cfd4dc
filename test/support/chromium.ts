/** The browser for page tests: started once per test file, and closed after it. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, test as run } from "vitest";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
// In CI a missing browser is a failure.
const isThere = existsSync(CHROMIUM) || process.env.CI !== undefined;

/** Runs a test, or skips it on a machine without the browser. */
export const test = isThere ? run : run.skip;

/** Returns the name of a test, with the reason if it is skipped. */
export const testName = (name: string) => (isThere ? name : `${name} (skipped: no ${CHROMIUM})`);

/** Starts the browser before the tests of a file. Returns how to get it. */
export function useBrowser(): () => Browser {
  let browser: Browser;
  beforeAll(async () => {
    if (!isThere) return;
    const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
    browser = await chromium.launch({ executablePath: CHROMIUM, args: asRoot });
  });
  afterAll(() => browser?.close());
  return () => browser;
}
