/** Runs `session ui` in its own process, and sends requests that no browser would. */
import { type ChildProcess, spawn } from "node:child_process";
import { type IncomingHttpHeaders, request } from "node:http";
import { onTestFinished } from "vitest";
import { CLI, type Scratch } from "./scratch.ts";

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Ui {
  readonly url: string;
  readonly port: number;
  readonly child: ChildProcess;
  /** Asks for a path below the address; one that begins with a slash is asked for as it is. */
  ask(path: string, asking?: Asking): Promise<Answer>;
  /** Sends a form as the page does. */
  do(action: string, fields: Readonly<Record<string, string>>): Promise<Answer>;
  /** Stops it as Ctrl-C does. Returns its exit code and what it said. */
  stop(): Promise<{ code: number | null; stderr: string }>;
}

/** Starts the server, and stops it after the test. */
export async function startUi(s: Scratch, ...args: string[]): Promise<Ui> {
  const child = spawn(process.execPath, [CLI, "ui", "--json", ...args], { cwd: s.root, env: s.env });
  let stderr = "";
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const stop = async () => {
    child.kill("SIGINT");
    return { code: await ended, stderr };
  };
  onTestFinished(async () => void (await stop()));
  const { url, port } = await new Promise<{ url: string; port: number }>((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (more) => {
      text += more;
      if (text.trimEnd().endsWith("}")) resolve(JSON.parse(text));
    });
    ended.then((code) => reject(new Error(`ended with ${code}: ${stderr}${text}`)));
  });
  const ask: Ui["ask"] = (path, { method = "GET", headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const at = path.startsWith("/") ? path : `${new URL(url).pathname}${path}`;
      const asked = request(
        { host: "127.0.0.1", port, path: at, method, headers, agent: false },
        (answer) => {
          let text = "";
          answer.setEncoding("utf8").on("data", (more) => {
            text += more;
          });
          answer.on("end", () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
          answer.on("error", reject);
        },
      );
      asked.on("error", reject);
      asked.end(body);
    });
  const form = { origin: `http://127.0.0.1:${port}`, "content-type": "application/x-www-form-urlencoded" };
  return {
    ...{ url, port, child, ask, stop },
    do: (action, fields) =>
      ask(`do/${action}`, { method: "POST", headers: form, body: `${new URLSearchParams(fields)}` }),
  };
}

/** Follows a page as a browser does: `next` waits until a part contains the words. */
export async function followPage(ui: Ui, page = "") {
  const { text } = await ui.ask(page);
  const look = /data-look="(\d+)"/.exec(text)?.[1] ?? "";
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const answer = await fetch(`${ui.url}live?${new URLSearchParams({ look, page })}`, { signal: stop.signal });
  const parts = new Map<string, string>();
  const waiting = new Set<() => void>();
  let count = 0;
  (async () => {
    let left = "";
    for await (const piece of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      left += piece;
      const events = left.split("\n\n");
      left = events.pop() ?? "";
      for (const data of events.flatMap((each) => /^event: part\ndata: (.*)$/m.exec(each)?.[1] ?? [])) {
        const { id, html } = JSON.parse(data);
        parts.set(id, html);
        count++;
      }
      for (const each of waiting) each();
    }
  })().catch(() => {});
  const next = (id: string, words: string | RegExp) =>
    new Promise<void>((resolve) => {
      const look = () => {
        const html = parts.get(id) ?? "";
        if (typeof words === "string" ? !html.includes(words) : !words.test(html)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return { next, count: () => count };
}

/** Waits until the server has been quiet for a while. */
export async function untilQuiet(page: { count: () => number }): Promise<void> {
  for (let before = -1; before !== page.count(); ) {
    before = page.count();
    await new Promise((resolve) => setTimeout(resolve, 700));
  }
}
