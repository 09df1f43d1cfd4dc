/** Every kill point, every seed and the large files: `npm run test:all`. */
process.env.SESSION_TEST_ALL = "1";

export { default } from "./vitest.config.ts";
