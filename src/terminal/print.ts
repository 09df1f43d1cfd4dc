/** Writes results and messages to standard output and standard error, and reports write errors at the end. */
import { perRun, surroundings } from "../surroundings.ts";

type Stream = "stdout" | "stderr";

interface Written {
  /** Streams that already have an error listener. */
  readonly streams: Set<object>;
  readonly pending: Set<Promise<void>>;
  /** The first write error of each stream. */
  readonly failures: Map<Stream, NodeJS.ErrnoException>;
  /** Text printed since `collect` was called, for the pager; undefined if it was not called. */
  paged?: string;
}

const written = perRun<Written>(() => ({ streams: new Set(), pending: new Set(), failures: new Map() }));

/** Writes a text. Exits with 0 if the reader of standard output has stopped early, as in `| head`. */
export function print(to: Stream, text: string): void {
  const all = written();
  const { streams, pending, failures } = all;
  if (all.paged !== undefined) {
    all.paged += text;
    return;
  }
  const { [to]: stream, exit } = surroundings();
  if (!streams.has(stream)) {
    streams.add(stream);
    // Ignores this event: the callback of each write reports its error.
    stream.on("error", () => {});
  }
  const done = new Promise<void>((resolve) => {
    const end = (error?: NodeJS.ErrnoException | null) => {
      if (error?.code === "EPIPE" && to === "stdout") exit(0);
      else if (error && error.code !== "EPIPE" && !failures.has(to)) failures.set(to, error);
      resolve();
    };
    try {
      stream.write(text, end);
    } catch (error) {
      // Node 20 throws write errors if standard output is a file.
      end(error as NodeJS.ErrnoException);
    }
  });
  pending.add(done);
  done.then(() => pending.delete(done));
}

/** Keeps all text printed from now on in memory, for the pager. */
export function collect(): void {
  written().paged ??= "";
}

/** Shows the collected text in the pager, or prints it if no pager can start. */
async function showCollected(): Promise<void> {
  const all = written();
  const { paged } = all;
  if (paged === undefined) return;
  delete all.paged;
  const { shownInPager } = await import("./pager.ts");
  if (!(await shownInPager(paged))) print("stdout", paged);
}

/**
 * Waits until all text is written and returns the exit code: `code`, or 1 with a message if a write
 * failed.
 */
export async function finish(code: number): Promise<number> {
  await showCollected();
  const { pending, failures } = written();
  await Promise.all(pending);
  const failure = failures.get("stdout");
  if (failure) {
    print("stderr", `error: cannot write to standard output: ${reason(failure)}\n`);
    await Promise.all(pending);
  }
  return failures.size > 0 ? code || 1 : code;
}

function reason({ code, message }: NodeJS.ErrnoException): string {
  return code === "ENOSPC" ? "the disk is full" : message;
}
