import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

interface Asked {
  readonly path: string;
  readonly body: string;
}

export interface Service {
  readonly url: string;
  /** Requests to a model so far, with what was sent. */
  readonly asked: Asked[];
  /** Those since the last call of this, as one text. */
  readonly since: () => string;
  /** The last of them. */
  readonly last: () => string;
  /** Tokens that the next answers say they took: many of them make an agent compact. */
  tokens: number;
  /** A command that the next turn runs in the agent's shell, once. */
  command: string | undefined;
}

/** A model server on loopback that answers one canned message in the client's protocol. */
export async function modelServer(): Promise<Service> {
  const asked: Asked[] = [];
  let read = 0;
  const state: { tokens: number; command: string | undefined } = { tokens: 10, command: undefined };
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces).toString();
    if (request.method === "POST") asked.push({ path: request.url ?? "", body });
    const { command } = state;
    if (command !== undefined && /\/responses/.test(request.url ?? "")) {
      state.command = undefined;
      call(response, body, command);
    } else answer(request, response, body, state.tokens);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    since: () => {
      const text = asked
        .slice(read)
        .filter((each) => /messages$|messages\?|responses|completions|[gG]enerateContent/.test(each.path))
        .map((each) => each.body)
        .join("\n");
      read = asked.length;
      return text;
    },
    last: () => asked.at(-1)?.body ?? "",
    get tokens() {
      return state.tokens;
    },
    set tokens(value) {
      state.tokens = value;
    },
    get command() {
      return state.command;
    },
    set command(value) {
      state.command = value;
    },
  };
}

const TEXT = "canned";

function answer(request: IncomingMessage, response: ServerResponse, body: string, tokens: number): void {
  const url = request.url ?? "";
  if (url.includes("count_tokens")) json(response, { input_tokens: 10, totalTokens: 10 });
  else if (/\/messages/.test(url)) anthropic(response, body.includes('"stream":true'), tokens);
  else if (/\/chat\/completions/.test(url)) completions(response, /"stream":\s*true/.test(body), tokens);
  else if (/\/responses/.test(url)) openai(response, tokens);
  else if (/generateContent/i.test(url)) gemini(response, /stream/i.test(url), tokens);
  else json(response, { data: [], models: [] });
}

function json(response: ServerResponse, value: object): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
}

function stream(response: ServerResponse, events: readonly { readonly type?: string }[], named = true): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const each of events)
    response.write(`${named ? `event: ${each.type}\n` : ""}data: ${JSON.stringify(each)}\n\n`);
  response.end();
}

function anthropic(response: ServerResponse, streams: boolean, tokens: number): void {
  const usage = { input_tokens: tokens, output_tokens: 5 };
  const message = { id: "msg_1", type: "message", role: "assistant", model: "m", stop_sequence: null };
  const content = [{ type: "text", text: TEXT }];
  if (!streams) json(response, { ...message, content, stop_reason: "end_turn", usage });
  else
    stream(response, [
      { type: "message_start", message: { ...message, content: [], stop_reason: null, usage } } as {
        type: string;
      },
      { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } } as {
        type: string;
      },
      { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: TEXT } } as {
        type: string;
      },
      { type: "content_block_stop", index: 0 } as { type: string },
      { type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage } as {
        type: string;
      },
      { type: "message_stop" },
    ]);
}

function completions(response: ServerResponse, streams: boolean, tokens: number): void {
  const usage = { prompt_tokens: tokens, completion_tokens: 5, total_tokens: tokens + 5 };
  const head = { id: "c1", created: 1, model: "m" };
  const message = { role: "assistant", content: TEXT };
  if (!streams) {
    json(response, {
      ...head,
      object: "chat.completion",
      choices: [{ index: 0, message, finish_reason: "stop" }],
      usage,
    });
    return;
  }
  const chunk = (choices: readonly object[], more: object = {}) =>
    `data: ${JSON.stringify({ ...head, object: "chat.completion.chunk", choices, ...more })}\n\n`;
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(chunk([{ index: 0, delta: message, finish_reason: null }]));
  response.write(chunk([{ index: 0, delta: {}, finish_reason: "stop" }]));
  response.end(`${chunk([], { usage })}data: [DONE]\n\n`);
}

function openai(response: ServerResponse, tokens: number): void {
  const item = {
    ...{ type: "message", role: "assistant", id: "msg_1", status: "completed" },
    content: [{ type: "output_text", text: TEXT, annotations: [] }],
  };
  const usage = {
    ...{ input_tokens: tokens, input_tokens_details: null, output_tokens: 5, output_tokens_details: null },
    total_tokens: tokens + 5,
  };
  stream(response, [
    { type: "response.created", response: { id: "r1" } } as { type: string },
    { type: "response.output_item.done", output_index: 0, item } as { type: string },
    { type: "response.completed", response: { id: "r1", output: [item], usage } } as { type: string },
  ]);
}

/** Codex is asked to run a command, with whichever of its shell tools it offers. */
function call(response: ServerResponse, body: string, command: string): void {
  const tools: Record<string, object> = {
    exec_command: { cmd: command },
    shell_command: { command },
    shell: { command: ["sh", "-c", command] },
  };
  const name = Object.keys(tools).find((each) => body.includes(`"name":"${each}"`)) ?? "shell";
  const item = {
    ...{ type: "function_call", id: "fc_1", call_id: "call_1", name },
    arguments: JSON.stringify(tools[name]),
  };
  const usage = {
    input_tokens: 10,
    input_tokens_details: null,
    output_tokens: 5,
    output_tokens_details: null,
  };
  stream(response, [
    { type: "response.created", response: { id: "r1" } } as { type: string },
    { type: "response.output_item.done", output_index: 0, item } as { type: string },
    {
      type: "response.completed",
      response: { id: "r1", output: [item], usage: { ...usage, total_tokens: 15 } },
    } as { type: string },
  ]);
}

function gemini(response: ServerResponse, streams: boolean, tokens: number): void {
  const value = {
    candidates: [{ content: { role: "model", parts: [{ text: TEXT }] }, finishReason: "STOP", index: 0 }],
    usageMetadata: { promptTokenCount: tokens, candidatesTokenCount: 5, totalTokenCount: tokens + 5 },
  };
  if (streams) stream(response, [value as { type?: string }], false);
  else json(response, value);
}
