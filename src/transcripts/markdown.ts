/** What was said to agents as Markdown: every message in a block of its own that it cannot close. */
import { block, codeSpan, oneLine } from "../render/inert.ts";
import type { MessagePage } from "./formats/shape.ts";

export function saidMarkdown(messages: MessagePage["entries"], day: (iso: string) => string): string {
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
