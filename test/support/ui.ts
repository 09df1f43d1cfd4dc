/** `session ui` in a process of its own, and requests that no browser would send. */
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

/** Starts it, and stops it when the test is over. */
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
