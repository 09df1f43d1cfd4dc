import { describe, expect, it } from "vitest";
import { valueWithoutHome, withoutHome } from "../../src/text/home.ts";

const HOME = ["/home/ann"];

describe("the home folder", () => {
  it.each([
    ["see /home/ann/notes.txt", "see ~/notes.txt"],
    ["/home/ann", "~"],
    ["cd /home/ann && make", "cd ~ && make"],
    ["PATH=/home/ann/bin:/home/ann/x", "PATH=~/bin:~/x"],
    ['{"cwd":"/home/ann/a"}', '{"cwd":"~/a"}'],
    ["file:///home/ann/a.html", "file:///home/ann/a.html"],
    ["/home/annabel/notes", "/home/annabel/notes"],
    ["/mnt/home/ann/notes", "/mnt/home/ann/notes"],
    ["/home/ann.smith/notes", "/home/ann.smith/notes"],
    ["it is in /home/ann.", "it is in ~."],
  ])("is replaced: %s", (text, expected) => {
    expect(withoutHome(text, HOME)).toBe(expected);
  });

  it("is found as Windows and JSON write it", () => {
    const home = ["C:\\Users\\Ann"];
    expect(withoutHome("C:\\Users\\Ann\\a.txt", home)).toBe("~\\a.txt");
    expect(withoutHome('{"cwd":"C:\\\\Users\\\\Ann\\\\a"}', home)).toBe('{"cwd":"~\\\\a"}');
    expect(withoutHome("C:/Users/Ann/a", home)).toBe("~/a");
  });

  it("is not one that every user has", () => {
    for (const home of ["/", "", "C:\\", "/."])
      expect(withoutHome("/etc/a C:\\a", [home])).toBe("/etc/a C:\\a");
  });

  it("is removed from every text of a value", () => {
    const value = { text: "in /home/ann/a", alternatives: ["/home/ann"], n: 1, none: undefined };
    const expected = { text: "in ~/a", alternatives: ["~"], n: 1, none: undefined };
    expect(valueWithoutHome(value, HOME)).toEqual(expected);
  });
});
