import { expect, test } from "vitest";
import { lineOf, matches } from "../../src/terminal/picker.ts";

const login = { value: "k3f9qzm2x7ab", name: "OAuth login", facts: "feature/login · paused · 2 h" };

test("the picker matches every search word with the name, the details, or the start of the id", () => {
  for (const term of ["", "oauth", "LOGIN oauth", "feature/", "paused log", "k3f", "OAuth login…"])
    expect(matches(login, term), term).toBe(true);
  for (const term of ["crash", "oauth crash", "m2x", "k3 x"]) expect(matches(login, term), term).toBe(false);
});

test("a line of the picker is at most as wide as the terminal, also with wide and combining characters", () => {
  expect(lineOf(login, 80)).toBe("OAuth login  feature/login · paused · 2 h");
  expect(lineOf(login, 12)).toBe("OAuth login…");
  expect(lineOf(login, 1)).toBe("…");
  expect(lineOf({ ...login, name: "日本語のセッション" }, 9)).toBe("日本語の…");
  expect(lineOf({ ...login, name: "e\u0301e\u0301e\u0301e\u0301" }, 4)).toBe("e\u0301e\u0301e\u0301…");
  expect(lineOf({ ...login, name: "a\r\nb\x1b[31m\tc\u202e", facts: "" }, 20)).toBe("a b\tc");
});
