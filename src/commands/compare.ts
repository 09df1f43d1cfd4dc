import type { Command } from "commander";
import { compareLines } from "../terminal/metrics.ts";
import { measureSession } from "../workflows/metrics.ts";
import { resolveSession } from "../workflows/resolve.ts";
import { type Act, examples } from "./call.ts";

export function define(program: Command, act: Act): void {
  program
    .command("compare")
    .summary("two sessions side by side, in numbers")
    .description("Two sessions side by side; one alone is compared with this branch's.")
    .argument("<session>", "id or the start of one, branch, title, @ or -")
    .argument("[other]", "the other one (default: this branch's)")
    .addHelpText(
      "after",
      examples([
        ["session compare feature/login", "with the one of this branch"],
        ["session compare k3f9 8xwm", "two of any age"],
      ]),
    )
    .action(
      act(async ({ place: open, out }, one: string, other: string | undefined) => {
        const place = await open({ bare: true });
        const [first, second] = await Promise.all([
          resolveSession(place, one),
          resolveSession(place, other ?? "@"),
        ]);
        const [left, right] = await Promise.all([
          measureSession(place, first),
          measureSession(place, second),
        ]);
        out.data(compareLines(left, right, out.width).join("\n"), { sessions: [left, right] });
      }),
    );
}
