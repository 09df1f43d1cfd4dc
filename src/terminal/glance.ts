/** The overview on a terminal: it follows what happens, and shows one session in full. Loaded only there. */

import type { Failure } from "../session/failure.ts";
import { now, surroundings } from "../surroundings.ts";
import type { Glance } from "../ui/glance.ts";
import type { Output } from "./output.ts";
import { glanceLines } from "./screens/glance.ts";
import { plain } from "./style.ts";
import { clip } from "./table.ts";
import { wrapped } from "./wrap.ts";

interface Config {
  readonly out: Output;
  /** Shows each change until the function that it gives is called. */
  readonly follow: (show: (seen: Glance) => void) => Promise<() => Promise<void>>;
  /** A session's own screen. */
  readonly session: (id: string) => Promise<string>;
}

/** Shows the overview until somebody leaves with q, Esc or Ctrl-C. Failures of what is followed. */
export async function showGlance(config: Config): Promise<void> {
  const { createPrompt, useEffect, useKeypress, useState } = await import("@inquirer/core");
  const { stdin, stdout } = surroundings();
  const prompt = createPrompt<Failure | undefined, Config>(({ out, follow, session }, done) => {
    const [seen, setSeen] = useState<Glance>();
    const [at, setAt] = useState(0);
    const [page, setPage] = useState<string>();
    useEffect(() => {
      let stop: Promise<() => Promise<void>> | undefined;
      stop = follow(setSeen);
      stop.catch((error: Failure) => done(error));
      return () => void stop?.then((each) => each()).catch(() => {});
    }, []);
    const { columns = 80, rows = 24 } = stdout;
    const open = seen?.sessions.open ?? [];
    const lines = page?.split("\n").flatMap((each) => wrapped(each, columns - 1, 4)) ?? [];
    const most = page ? Math.max(0, lines.length - (rows - 3)) : open.length - 1;
    useKeypress((key) => {
      const step = { up: -1, k: -1, down: 1, j: 1, pageup: 5 - rows, pagedown: rows - 5 }[key.name ?? ""];
      if (step !== undefined) setAt(Math.max(0, Math.min(most, at + step)));
      else if (key.name === "q" || (key.name === "escape" && !page)) done(undefined);
      else if (key.name === "escape" || key.name === "left") {
        setPage(undefined);
        setAt(0);
      } else if (key.name === "return" || key.name === "enter") {
        const chosen = page ? undefined : open[at];
        if (chosen)
          void session(chosen.id)
            .catch((error: unknown) => (error instanceof Error ? error.message : String(error)))
            .then((text) => {
              setPage(plain(text));
              setAt(0);
            });
      }
    });
    if (!seen) return "Looking…";
    const keys = (text: string) => clip(text, columns - 1);
    const arrows = out.emoji ? "↑↓" : "arrows";
    if (page) {
      const shown = lines.slice(at, at + rows - 3).map((each) => clip(each, columns - 1));
      return [...shown, "", keys(`${arrows} scroll · Esc back · q leaves`)].join("\n");
    }
    const room = { width: columns - 1, height: rows - 2, emoji: out.emoji, now: now(), at };
    const shown = glanceLines(seen, room).map((each) => out.styled(each));
    return [...shown, "", keys(`${arrows} move · Enter shows a session · q leaves`)].join("\n");
  });
  try {
    const failure = await prompt(config, { input: stdin, output: stdout, clearPromptOnDone: true });
    if (failure) throw failure;
  } catch (error) {
    if (!(error instanceof Error && /^(AbortPrompt|ExitPrompt)Error$/.test(error.name))) throw error;
  }
}
