/** Renders a project's own template apart from the program, where it can be stopped. */
import { parentPort, workerData } from "node:worker_threads";
import { compileSources, type Sources } from "./engine.ts";

const { sources, view } = workerData as { sources: Sources; view: unknown };
try {
  parentPort?.postMessage({ text: compileSources(sources)(view) });
} catch (error) {
  parentPort?.postMessage({ error: (error as Error).message });
}
