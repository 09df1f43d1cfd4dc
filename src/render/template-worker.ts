/** Renders a project's template in a worker thread, which `template.ts` can stop. */
import { parentPort, workerData } from "node:worker_threads";
import { compileSources, faultOf, type Sources } from "./compile-template.ts";

/** Maximum characters of the output of a project's template. */
const MAX_TEXT = 1_000_000;

const { sources, view } = workerData as { sources: Sources; view: unknown };
try {
  const text = compileSources(sources)(view);
  const fault = { reason: `it makes more than ${MAX_TEXT} characters` };
  parentPort?.postMessage(text.length > MAX_TEXT ? { fault } : { text });
} catch (error) {
  parentPort?.postMessage({ fault: faultOf(sources, error as Error) });
}
