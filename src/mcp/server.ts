/**
 * The MCP server: tools, resources and prompts with which an agent reads and writes the record of its work.
 */

import { McpServer } from "@modelcontextprotocol/server";
import { StdioServerTransport, serveStdio } from "@modelcontextprotocol/server/stdio";
import { oneLine } from "../render/escape-markdown.ts";
import { surroundings } from "../surroundings.ts";
import { version } from "../version.ts";
import { instructionsFor } from "./instructions.ts";
import { addPrompts } from "./prompts.ts";
import { addResources } from "./resources.ts";
import { serverContext } from "./tool.ts";
import { TOOLS } from "./tools.generated.ts";

/**
 * Maximum characters of a message. Calls with long arguments are refused earlier, with a failure (tool.ts).
 */
const MAX_MESSAGE = 64 * 1024 * 1024;

/**
 * Runs the server for one client on standard input and output until it disconnects. `say`: writes to the
 * server's log.
 */
export function serve(cwd: string, say: (text: string) => void): Promise<void> {
  const context = serverContext(cwd, say);
  const build = async () => {
    const server = new McpServer(
      { name: "session", title: "session", version: version() },
      { instructions: await instructionsFor(cwd) },
    );
    for (const tool of TOOLS) tool.register(server, context);
    addResources(server, context);
    addPrompts(server, context);
    return server;
  };
  const { stdin, stdout } = surroundings();
  return new Promise((resolve) => {
    const transport = new StdioServerTransport(stdin, stdout, { maxBufferSize: MAX_MESSAGE });
    serveStdio(build, { transport, onerror: (error) => say(oneLine(error.message).slice(0, 500)) });
    stdin.once("close", resolve);
    stdin.once("end", resolve);
    stdout.once("error", () => resolve());
  });
}
