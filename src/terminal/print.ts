/** The only way to standard output and standard error. */
import { perRun, surroundings } from "../surroundings.ts";

type Stream = "stdout" | "stderr";

interface Written {
  /** Streams that print has listened to. */
  readonly streams: Set<object>;
  readonly pending: Set<Promise<void>>;
  /** The first text that could not be written, by stream. */
  readonly failures: Map<Stream, NodeJS.ErrnoException>;
  /** Everything printed since `collect`: the pager shows it at the end. */
  paged?: string;
}

const written = perRun<Written>(() => ({ streams: new Set(), pending: new Set(), failures: new Map() }));

/** Writes a text. A reader of standard output that stops early (`| head`) ends the run quietly. */
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
    // Each write reports its own failure.
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
      // Node 20 throws where standard output is a file.
      end(error as NodeJS.ErrnoException);
    }
  });
  pending.add(done);
  done.then(() => pending.delete(done));
}

/** Keeps everything that is printed from here on for the pager. */
export function collect(): void {
  written().paged ??= "";
}

/** Shows what was collected in the pager, or prints it where there is no pager. */
async function showCollected(): Promise<void> {
  const all = written();
  const { paged } = all;
  if (paged === undefined) return;
  delete all.paged;
  const { shownInPager } = await import("./pager.ts");
  if (!(await shownInPager(paged))) print("stdout", paged);
}

/** Waits until everything is written. Returns 1 where something could not be, after one line about it, else `code`. */
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
