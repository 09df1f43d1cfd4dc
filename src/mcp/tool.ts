/** What every tool has in common: a place that is opened anew, one change at a time, failures that teach, text made inert. */

import type { CallToolResult, McpServer } from "@modelcontextprotocol/server";
import * as z from "zod/v4";
import type { Place } from "../place/place.ts";
import { jsonBlock } from "../render/contained.ts";
import { inline, oneLine } from "../render/inert.ts";
import { Failure } from "../session/failure.ts";
import { environment } from "../surroundings.ts";
import { serialQueue } from "../text/concurrency.ts";
import { defined } from "../text/defined.ts";
import { visibleView } from "../text/foreign-text.ts";
import { failureText } from "./hints.ts";
import { placeFor, whereText } from "./where.ts";

/** Characters that the arguments of one call may have together. */
const MAX_ARGUMENTS = 1_000_000;

/** Where a server works, and what its calls share. */
export interface House {
  /** Folder of every call; the branch that is checked out there may change between two. */
  readonly cwd: string;
  /** Says something to whoever reads the server's log. */
  readonly say: (text: string) => void;
  /** Runs changes one after the other: one process can hold a session's lock once. */
  readonly alone: <T>(change: () => Promise<T>) => Promise<T>;
}

export function houseOf(cwd: string, say: (text: string) => void): House {
  return { cwd, say, alone: serialQueue() };
}

interface Tool<I extends z.ZodObject, O extends z.ZodObject> {
  readonly name: string;
  /** Place in the list of tools: lower comes first. */
  readonly order: number;
  readonly title: string;
  readonly description: string;
  readonly input: I;
  readonly output: O;
  /** `looks`: writes nothing. `repeats`: doing it twice is the same as once. */
  readonly does: "looks" | "repeats" | "adds";
  readonly call: (place: Place, asked: z.output<I>, house: House) => Promise<Answer<z.output<O>>>;
}

interface Answer<T> {
  readonly value: T;
  /** For reading, where the value holds a whole text: that text. */
  readonly text?: string;
  /** Said beside the answer. */
  readonly notes?: readonly string[];
}

/** A tool of any input and output, as the list has it. */
export interface ListedTool {
  readonly register: (server: McpServer, house: House) => void;
}

/** Makes the tool of a file in `tools/`. Its output may have `notes`. */
export function toolOf<I extends z.ZodObject, O extends z.ZodObject>(tool: Tool<I, O>): ListedTool {
  return { register: (server, house) => addTool(server, house, tool) };
}

function addTool<I extends z.ZodObject, O extends z.ZodObject>(
  server: McpServer,
  house: House,
  { name, title, description, input, output, does, call }: Tool<I, O>,
): void {
  const looks = does === "looks";
  // Whether a call destroys, or may be made twice, means something only of tools that write.
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
    const { place, cwd } = await placeFor(server, house.cwd, worktree);
    opened(place);
    const { value, text, notes = [] } = await call(place, asked as z.output<I>, { ...house, cwd });
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
      // Every answer may have branch, worktree and notes as well: said once in the docs, not with each tool.
      outputSchema: brief(output),
    },
    async (asked) => {
      // Who is at work on a session is the client, by the name that it gives.
      const client = server.server.getClientVersion()?.name;
      if (client) environment().SESSION_AGENT ||= oneLine(client).slice(0, 100);
      let place: Place | undefined;
      const told = () =>
        answer(asked, (opened) => {
          place = opened;
        });
      try {
        return await (looks ? told() : house.alone(told));
      } catch (error) {
        return failed(error, house, place);
      }
    },
  );
}

type JsonSchema = Record<string, unknown>;

/** The schema, told in fewer words: every client pays for the list of tools, and what is left out is the default. */
function brief(schema: z.ZodObject): object {
  const { jsonSchema, ...standard } = schema["~standard"];
  type Options = Parameters<typeof jsonSchema.input>[0];
  return {
    "~standard": {
      ...standard,
      jsonSchema: {
        input: (options: Options) => withoutDefaults(jsonSchema.input(options)),
        // An answer has what it has: only a caller needs to know what is required. Each may have notes.
        output: (options: Options) => withoutDefaults(jsonSchema.output(options), "required", "notes"),
      },
    },
  };
}

function withoutDefaults(schema: JsonSchema, ...left: string[]): JsonSchema {
  return JSON.parse(JSON.stringify(schema), (key, value) => {
    // A property may be called so; a schema's own say true or false, or name a dialect.
    const isDefault = (key === "additionalProperties" && value === false) || key === "$schema";
    const isLimit = (key === "maximum" || key === "minimum") && Math.abs(value) === Number.MAX_SAFE_INTEGER;
    // Of an answer, a list without a type is one of texts.
    const isTexts = left.length > 0 && key === "items" && JSON.stringify(value) === '{"type":"string"}';
    const isLeft = left.includes(key) && (Array.isArray(value) || value?.type === "array");
    return isDefault || isLimit || isTexts || isLeft ? undefined : value;
  }) as JsonSchema;
}

/** What went wrong, for a reader who can do better the next time, and where it went wrong if that is known. */
function failed(error: unknown, house: House, place: Place | undefined): CallToolResult {
  const where = place === undefined ? [] : [whereText(place)];
  if (!(error instanceof Failure)) {
    house.say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    const words = inline(error instanceof Error ? error.message : String(error));
    return wrong([`unexpected: ${words}`, ...where].join("\n\n"));
  }
  return wrong([failureText(error), ...where].join("\n\n"));
}

function wrong(text: string): CallToolResult {
  return { content: [{ type: "text", text }], isError: true };
}

/** Failures `too-large`, `bad-text`: what no command line could bring must not get further. */
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
