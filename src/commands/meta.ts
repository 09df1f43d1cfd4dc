import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { ALLOW } from "../cli/options.ts";
import { filedValue, SESSION, sessionIn } from "../cli/session-argument.ts";
import { contextOf, setMeta } from "../record/metadata.ts";
import { metaValue } from "../session/edits/metadata.ts";
import { Failure } from "../session/failure.ts";
import { dim } from "../terminal/style.ts";

export const about: About = {
  name: "meta",
  group: "Keep order",
  order: 50,
  summary: "Set and read custom metadata of a session",
  description: "Lists the metadata of a session, prints a value, sets one or removes one.",
  examples: [
    ["session meta", "list all"],
    ["session meta issue 42", "set a value"],
    ["session meta issue --unset", "remove it"],
    ["session meta k3f9 issue", "print a value of another session"],
  ],
};

export function define(command: Command): void {
  command
    .argument("[session]", SESSION)
    .argument("[key]")
    .argument("[value]")
    .option(...ALLOW)
    .option("--unset", "remove the key")
    .does(async ({ place: open, out }, name, first, second, { unset = false }) => {
      const place = await open({ bare: true });
      // Three arguments are a session, a key and a value.
      const { session, rest } =
        second === undefined
          ? await sessionIn(place, [name, first])
          : { session: name ?? "@", rest: [first, second] };
      const [key, value] = rest;
      if (unset && (key === undefined || value !== undefined))
        throw new Failure("usage", "--unset takes a key without a value");
      if (key !== undefined && (unset || value !== undefined)) {
        const filed = await setMeta(place, session, key, value);
        return out.done(lines(filed.context.meta) || dim("No metadata."), filedValue(filed));
      }
      const context = await contextOf(place, session);
      if (key === undefined) {
        const text = lines(context.meta);
        return text === "" ? out.none("No metadata.", context.meta) : out.data(text, context.meta);
      }
      const found = metaValue(context, key);
      out.data(found, found);
    });
}

function lines(meta: Readonly<Record<string, string>>): string {
  const all = Object.entries(meta).map(([key, value]) => `${key}=${value}`);
  return all.join("\n");
}
