/**
 * Provides the frame of every MCP tool: opens the repository for each call, runs one change at a time,
 * returns failures with advice, and escapes foreign text.
 */

import type { CallToolResult, McpServer } from "@modelcontextprotocol/server";
import * as z from "zod/v4";
import type { Place } from "../place/place.ts";
import { inline, oneLine } from "../render/escape-markdown.ts";
import { jsonBlock } from "../render/json-block.ts";
import { Failure } from "../session/failure.ts";
import { environment } from "../surroundings.ts";
import { serialQueue } from "../text/concurrency.ts";
import { defined } from "../text/defined.ts";
import { visibleView } from "../text/foreign-text.ts";
import { placeFor, whereText } from "./call-place.ts";
import { failureText } from "./hints.ts";

/** Maximum characters of all arguments of a tool call. */
const MAX_ARGUMENTS = 1_000_000;

/** The folder of an MCP server, and the state that its calls share. */
export interface ServerContext {
  /** Working folder of the server; its branch may change between two calls. */
  readonly cwd: string;
  /** Writes a line to the server's log. */
  readonly say: (text: string) => void;
  /** Runs changes one after the other, because one process can hold a session's lock only once. */
  readonly alone: <T>(change: () => Promise<T>) => Promise<T>;
}

/** Returns the shared state of a new server. `say`: writes to its log. */
export function serverContext(cwd: string, say: (text: string) => void): ServerContext {
  return { cwd, say, alone: serialQueue() };
}

interface Tool<I extends z.ZodObject, O extends z.ZodObject> {
  readonly name: string;
  /** Position in the list of tools: lower numbers come first. */
  readonly order: number;
  readonly title: string;
  readonly description: string;
  readonly input: I;
  readonly output: O;
  /**
   * Effect of the tool. `looks`: only reads. `repeats`: calling it twice has the effect of one call. `adds`:
   * each call adds something.
   */
  readonly does: "looks" | "repeats" | "adds";
  readonly call: (place: Place, asked: z.output<I>, context: ServerContext) => Promise<Answer<z.output<O>>>;
}

interface Answer<T> {
  readonly value: T;
  /** The answer as text, for a reading tool whose value is one whole text. */
  readonly text?: string;
  /** Messages to show next to the answer. */
  readonly notes?: readonly string[];
}

/** An MCP tool of any input and output type, for the list of tools. */
export interface ListedTool {
  readonly register: (server: McpServer, context: ServerContext) => void;
}

/** Creates the MCP tool that a file in `tools/` defines. Its output may also have `notes`. */
export function toolOf<I extends z.ZodObject, O extends z.ZodObject>(tool: Tool<I, O>): ListedTool {
  return { register: (server, context) => addTool(server, context, tool) };
}

function addTool<I extends z.ZodObject, O extends z.ZodObject>(
  server: McpServer,
  context: ServerContext,
  { name, title, description, input, output, does, call }: Tool<I, O>,
): void {
  const looks = does === "looks";
  // Adds two hints only for tools that write: in the MCP specification, they have no meaning for other tools.
  const annotations = {
    readOnlyHint: looks,
    ...(looks ? {} : { destructiveHint: false, idempotentHint: does === "repeats" }),
    openWorldHint: false,
  };
  const answer = async (
    given: z.output<I> & { worktree?: string },
    opened: (place: Place) => void,
  ): Promise<CallToolResult> => {
    checkSize(given);
    const { worktree, ...asked } = given;
    const { place, cwd } = await placeFor(server, context.cwd, worktree);
    opened(place);
    const { value, text, notes = [] } = await call(place, asked as z.output<I>, { ...context, cwd });
    const { branch, root } = place.repository;
    const where = { ...defined({ branch }), worktree: root };
    const problems = place.configProblems.map(
      ({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`,
    );
    const said = [...notes, ...place.notices, ...problems];
    const whole = visibleView({ ...where, ...value, ...(said.length === 0 ? {} : { notes: said }) });
    return {
      content: [text ?? jsonBlock(whole), ...(text === undefined ? [] : [jsonBlock(visibleView(where))])].map(
        (each) => ({ type: "text", text: each }),
      ),
      structuredContent: whole as Record<string, unknown>,
    };
  };
  const register = server.registerTool.bind(server) as unknown as (
    name: string,
    config: object,
    handler: (asked: z.output<I>) => Promise<CallToolResult>,
  ) => void;
  register(
    name,
    {
      ...{ title, description, annotations },
      inputSchema: brief(input.extend({ worktree: z.string().optional() })),
      // Leaves branch, worktree and notes, which every answer may have, out of the schemas: the docs describe
      // them once.
      outputSchema: brief(output),
    },
    async (asked) => {
      // Records the client, under the name that it reports, as holder of a session that it changes.
      const client = server.server.getClientVersion()?.name;
      if (client) environment().SESSION_AGENT ||= oneLine(client).slice(0, 100);
      let place: Place | undefined;
      const told = () =>
        answer(asked, (opened) => {
          place = opened;
        });
      try {
        return await (looks ? told() : context.alone(told));
      } catch (error) {
        return failed(error, context, place);
      }
    },
  );
}

type JsonSchema = Record<string, unknown>;

/** Shortens a schema: every client pays for the list of tools, and omitted keywords have default values. */
function brief(schema: z.ZodObject): object {
  const { jsonSchema, ...standard } = schema["~standard"];
  type Options = Parameters<typeof jsonSchema.input>[0];
  return {
    "~standard": {
      ...standard,
      jsonSchema: {
        input: (options: Options) => withoutDefaults(jsonSchema.input(options)),
        // Leaves out required fields and notes: only callers must know which fields are required, and every
        // answer may have notes.
        output: (options: Options) => withoutDefaults(jsonSchema.output(options), "required", "notes"),
      },
    },
  };
}

function withoutDefaults(schema: JsonSchema, ...left: string[]): JsonSchema {
  return JSON.parse(JSON.stringify(schema), (key, value) => {
    // Checks the value too: a property may have the name of a keyword.
    const isDefault = (key === "additionalProperties" && value === false) || key === "$schema";
    const isLimit = (key === "maximum" || key === "minimum") && Math.abs(value) === Number.MAX_SAFE_INTEGER;
    // In the schema of an answer, items without a type are texts.
    const isTexts = left.length > 0 && key === "items" && JSON.stringify(value) === '{"type":"string"}';
    const isLeft = left.includes(key) && (Array.isArray(value) || value?.type === "array");
    return isDefault || isLimit || isTexts || isLeft ? undefined : value;
  }) as JsonSchema;
}

/** Returns a failure as an MCP answer: message, advice, and branch and worktree if known. */
function failed(error: unknown, context: ServerContext, place: Place | undefined): CallToolResult {
  const where = place === undefined ? [] : [whereText(place)];
  if (!(error instanceof Failure)) {
    context.say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    const words = inline(error instanceof Error ? error.message : String(error));
    return wrong([`unexpected: ${words}`, ...where].join("\n\n"));
  }
  return wrong([failureText(error), ...where].join("\n\n"));
}

function wrong(text: string): CallToolResult {
  return { content: [{ type: "text", text }], isError: true };
}

/**
 * Refuses arguments that no command line could have.
 * @throws Failure `too-large`, `bad-text`.
 */
function checkSize(asked: unknown): void {
  const texts = textsIn(asked);
  const size = texts.reduce((sum, each) => sum + each.length, 0);
  if (size > MAX_ARGUMENTS)
    throw new Failure(
      "too-large",
      `the arguments have ${size} characters; at most ${MAX_ARGUMENTS} are taken`,
      { advice: "long texts belong into a file" },
    );
  if (texts.some((each) => each.includes("\0")))
    throw new Failure("bad-text", "an argument holds a NUL character", { advice: "leave it out" });
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
