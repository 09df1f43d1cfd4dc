import { pathToFileURL } from "node:url";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { onTestFinished } from "vitest";
import { CLI, type Scratch } from "./scratch.ts";

export interface Answered {
  readonly isError: boolean;
  readonly text: string;
  /** Every part of the answer. */
  readonly all: readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape of what it asks for
  readonly value: any;
}

/** Connects the official client to the built server in a repository. `modern`: without a handshake, as in protocol 2026. */
export async function connectClient(
  s: Scratch,
  options: {
    readonly modern?: boolean;
    readonly args?: readonly string[];
    readonly roots?: readonly string[];
  } = {},
) {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [CLI, ...(options.args ?? []), "mcp"],
    cwd: s.root,
    env: s.env as Record<string, string>,
    stderr: "pipe",
  });
  let log = "";
  transport.stderr?.on("data", (chunk) => {
    log += chunk;
  });
  const client = new Client(
    { name: "test", version: "1" },
    {
      ...(options.modern ? { versionNegotiation: { mode: "auto" } } : {}),
      ...(options.roots ? { capabilities: { roots: {} } } : {}),
    },
  );
  if (options.roots) {
    const roots = options.roots.map((root) => ({ uri: pathToFileURL(root).href }));
    client.setRequestHandler("roots/list", () => ({ roots }));
  }
  await client.connect(transport);
  onTestFinished(() => client.close());
  return {
    client,
    pid: transport.pid,
    log: () => log,
    /** A tool, whatever it answers. */
    call: async (name: string, asked: Record<string, unknown> = {}): Promise<Answered> => {
      const {
        content,
        isError = false,
        structuredContent,
      } = await client.callTool({ name, arguments: asked });
      const all = (content as { text: string }[]).map((each) => each.text);
      return { isError, text: all[0] ?? "", all, value: structuredContent };
    },
  };
}
