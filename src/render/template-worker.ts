/** Renders a project's own template apart from the program, where it can be stopped. */
import { parentPort, workerData } from "node:worker_threads";
import { compileSources, faultOf, type Sources } from "./engine.ts";

/** Largest text that a project's own template may make, in characters. */
const MAX_TEXT = 1_000_000;

const { sources, view } = workerData as { sources: Sources; view: unknown };
try {
  const text = compileSources(sources)(view);
  const fault = { reason: `it makes more than ${MAX_TEXT} characters` };
  parentPort?.postMessage(text.length > MAX_TEXT ? { fault } : { text });
} catch (error) {
  parentPort?.postMessage({ fault: faultOf(sources, error as Error) });
}
