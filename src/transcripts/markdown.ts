/** Renders messages as Markdown. Each text is in a code block that the text cannot close. */
import { block, codeSpan, oneLine } from "../render/escape-markdown.ts";
import type { MessagePage } from "./formats/shape.ts";

/** Returns messages as Markdown. `day`: formats an ISO 8601 time. */
export function messagesMarkdown(messages: MessagePage["entries"], day: (iso: string) => string): string {
  return messages
    .map(({ n, role, at, text, tools = [] }) =>
      [
        `**${n}. ${role}**${at === undefined ? "" : `, ${day(at)}`}`,
        ...(text === "" ? [] : [block(text)]),
        ...(tools.length === 0
          ? []
          : [
              tools
                .map(
                  ({ name, input }) =>
                    `- ${codeSpan(name)}${input === undefined ? "" : ` ${codeSpan(oneLine(input))}`}`,
                )
                .join("\n"),
            ]),
      ].join("\n\n"),
    )
    .join("\n\n");
}
