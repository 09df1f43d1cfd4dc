/** Brief, handoffs and decisions to be read as documents. */
import { type McpServer, ResourceNotFoundError, ResourceTemplate } from "@modelcontextprotocol/server";
import { openPlace, type Place } from "../place/place.ts";
import { knownSessions } from "../record/resolve.ts";
import { jsonBlock } from "../render/contained.ts";
import { oneLine } from "../render/inert.ts";
import { Failure } from "../session/failure.ts";
import { visibleView } from "../text/visible.ts";
import { allDecisions } from "../views/decisions.ts";
import { briefText, handoffText } from "../views/texts.ts";
import type { House } from "./tool.ts";

/** Handoffs and decisions that are listed: a client may show all that it is given. */
const MOST = 50;

const MARKDOWN = "text/markdown";

export function addResources(server: McpServer, house: House): void {
  server.registerResource(
    "brief",
    "session://brief",
    { title: "Brief", description: "What is needed to start working on this branch", mimeType: MARKDOWN },
    (uri) => read(house, uri, async (place) => (await briefText(place)).text),
  );
  server.registerResource(
    "decisions",
    "session://decisions",
    { title: "Decisions", description: "The newest decisions of the repository", mimeType: MARKDOWN },
    (uri) =>
      read(house, uri, async (place) => {
        const found = await allDecisions(place);
        const more =
          found.length > MOST ? `\n\n${found.length - MOST} more: session decisions list --all` : "";
        return `# Decisions\n\n${jsonBlock(visibleView(found.slice(0, MOST)))}${more}`;
      }),
  );
  server.registerResource(
    "handoff",
    new ResourceTemplate("session://handoff/{id}", {
      list: async () => ({ resources: await handoffs(house) }),
      complete: {
        id: async (begun) =>
          (await sessions(house)).map((each) => each.id).filter((id) => id.startsWith(begun)),
      },
    }),
    { title: "Handoff", description: "What a session leaves to whoever goes on with it", mimeType: MARKDOWN },
    (uri, { id }) => read(house, uri, async (place) => (await handoffText(place, String(id))).text),
  );
}

async function read(house: House, uri: URL, text: (place: Place) => Promise<string>) {
  try {
    const place = await openPlace(house.cwd);
    return { contents: [{ uri: uri.href, mimeType: MARKDOWN, text: await text(place) }] };
  } catch (error) {
    if (error instanceof Failure && error.exit === 3) throw new ResourceNotFoundError(uri.href, said(error));
    if (error instanceof Failure) throw new Error(said(error));
    throw error;
  }
}

function said({ message, hint }: Failure): string {
  return oneLine(hint === undefined ? message : `${message} (${hint})`);
}

/** The last touched first; none where there is no repository. */
async function sessions(house: House) {
  try {
    return (await knownSessions(await openPlace(house.cwd, true), { light: true })).slice(0, MOST);
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}

async function handoffs(house: House) {
  return (await sessions(house)).map(({ id, title, branch, state }) => ({
    name: id,
    uri: `session://handoff/${id}`,
    title: oneLine(title),
    description: oneLine(`${state}, on ${branch}`),
    mimeType: MARKDOWN,
  }));
}
