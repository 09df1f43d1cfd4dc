/** Serves brief, handoffs and decisions as MCP resources. */
import { type McpServer, ResourceNotFoundError, ResourceTemplate } from "@modelcontextprotocol/server";
import type { Place } from "../place/place.ts";
import { knownSessions } from "../record/known-sessions.ts";
import { oneLine } from "../render/escape-markdown.ts";
import { jsonBlock } from "../render/json-block.ts";
import { Failure } from "../session/failure.ts";
import { visibleView } from "../text/foreign-text.ts";
import { briefText, handoffText } from "../views/brief/brief-text.ts";
import { allDecisions } from "../views/decisions.ts";
import { placeFor, whereText } from "./call-place.ts";
import { failureText } from "./hints.ts";
import type { ServerContext } from "./tool.ts";

/** Maximum handoffs and decisions to list: a client may show the whole list. */
const MOST = 50;

const MARKDOWN = "text/markdown";

/** Adds the MCP resources to a server (https://modelcontextprotocol.io/specification, Resources). */
export function addResources(server: McpServer, context: ServerContext): void {
  const read = reader(server, context);
  server.registerResource(
    "brief",
    "session://brief",
    { title: "Brief", description: "What is needed to start working on this branch", mimeType: MARKDOWN },
    (uri) => read(uri, async (place) => (await briefText(place)).text),
  );
  server.registerResource(
    "decisions",
    "session://decisions",
    { title: "Decisions", description: "The newest decisions of the repository", mimeType: MARKDOWN },
    (uri) =>
      read(uri, async (place) => {
        const found = await allDecisions(place);
        const more =
          found.length > MOST
            ? `\n\n${found.length - MOST} more: session_decisions with action: "list", all: true`
            : "";
        return `# Decisions\n\n${jsonBlock(visibleView(found.slice(0, MOST)))}${more}`;
      }),
  );
  server.registerResource(
    "handoff",
    new ResourceTemplate("session://handoff/{id}", {
      list: async () => ({ resources: await handoffs(server, context) }),
      complete: {
        id: async (begun) =>
          (await sessions(server, context)).map((each) => each.id).filter((id) => id.startsWith(begun)),
      },
    }),
    { title: "Handoff", description: "The handoff of a session to its next worker", mimeType: MARKDOWN },
    (uri, { id }) => read(uri, async (place) => (await handoffText(place, String(id))).text),
  );
}

/**
 * Returns a function that reads a document in the worktree of a tool call without `worktree`, and adds the
 * worktree's name at the end.
 */
function reader(server: McpServer, context: ServerContext) {
  return async (uri: URL, text: (place: Place) => Promise<string>) => {
    try {
      const { place } = await placeFor(server, context.cwd);
      const whole = `${(await text(place)).trimEnd()}\n\n${whereText(place)}\n`;
      return { contents: [{ uri: uri.href, mimeType: MARKDOWN, text: whole }] };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const said = failureText(error);
      throw error.exit === 3 ? new ResourceNotFoundError(uri.href, said) : new Error(said);
    }
  };
}

/** Returns sessions, last used first; an empty list outside of a repository. */
async function sessions(server: McpServer, context: ServerContext) {
  try {
    const { place } = await placeFor(server, context.cwd);
    return (await knownSessions(place, { light: true })).slice(0, MOST);
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}

async function handoffs(server: McpServer, context: ServerContext) {
  return (await sessions(server, context)).map(({ id, title, branch, state }) => ({
    name: id,
    uri: `session://handoff/${id}`,
    title: oneLine(title),
    description: oneLine(`${state}, on ${branch}`),
    mimeType: MARKDOWN,
  }));
}
