import axe, { type AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";
import { PAYLOAD } from "../support/attacks.ts";
import { test, testName, useBrowser } from "../support/chromium.ts";
import { fixture, type Scratch, scratch } from "../support/scratch.ts";
import { startUi } from "../support/ui-server.ts";

const TIMEOUT = 180_000;

const browser = useBrowser();

/** Text that would run a script if the page did not escape it. */
const HOSTILE = `</script><img src=x onerror="document.title='${PAYLOAD}'"><script>document.title='${PAYLOAD}'</script>`;

/** Makes two sessions in worktrees that would conflict, with content in every part of their pages. */
const busy = () =>
  fixture("ui in a browser", async (s) => {
    await s.git("init", "--quiet", "--initial-branch=main");
    await s.git("config", "user.name", "Test Person");
    await s.git("config", "user.email", "person@example.com");
    await s.write("a.txt", "one\n");
    await s.git("add", "--all");
    await s.git("commit", "--quiet", "-m", "feat: begin");
    for (const name of ["login", "crash"]) {
      await s.ok("start", name, "--worktree", "-o", `Write ${name}`, "-o", HOSTILE);
      const there = s.at(`${s.root}-${name}`);
      await there.write("a.txt", `${name}\n`);
      await there.git("commit", "--quiet", "--all", "-m", `feat: ${name}`);
      await there.ok("blockers", "add", "Waiting", "--link", "https://example.com/1");
      await there.ok("decisions", "add", HOSTILE, "--rationale", "because", "--alternative", "other");
      await there.ok("note", HOSTILE);
      await there.write("new.txt", "x\n");
    }
    await s.ok("start", "old", "-o", "Was done");
    await s.ok("end");
    await s.git("switch", "--quiet", "main");
  });

async function opened(s: Scratch, options: Parameters<Browser["newPage"]>[0] = {}) {
  const ui = await startUi(s);
  const page = await browser().newPage({ viewport: { width: 1200, height: 900 }, ...options });
  const said: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  page.on("dialog", (dialog) => said.push(dialog.message()));
  page.on("request", (request) => {
    if (!/^(?:data:|http:\/\/127\.0\.0\.1:)/.test(request.url())) said.push(request.url());
  });
  await page.goto(ui.url);
  return { ui, page, said };
}

/** Returns the accessibility rules that a page violates, with the elements. */
async function violations(page: Page) {
  await page.evaluate(axe.source);
  const found = await page.evaluate<AxeResults>("axe.run(document)");
  return found.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(" … ")}`,
  );
}

const everything = (page: Page) =>
  page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })");

test(
  testName("axe finds no accessibility problem on any page, and no page is wider than the window"),
  async () => {
    const s = await busy();
    const { id } = (await s.json("show", "login")).session;
    const { ui, page, said } = await opened(s, { colorScheme: "light" });
    for (const [path, scheme, width] of [
      ["", "light", 1200],
      ["", "dark", 390],
      [`session?id=${id}`, "dark", 1200],
      [`session?id=${id}`, "light", 390],
      ["search?q=write", "light", 390],
      ["sessions", "dark", 390],
      ["session?id=nobody", "light", 1200],
    ] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 900 });
      await page.goto(ui.url + path);
      await everything(page);
      expect(await violations(page), `${path} ${scheme} ${width}`).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth"), path).toBe(width);
    }
    await page.click("#theme");
    expect(await violations(page)).toEqual([]);
    expect(said.filter((each) => !each.includes("404"))).toEqual([]);
    const empty = await opened(await scratch({ commits: 0 }));
    expect(await violations(empty.page)).toEqual([]);
    expect(empty.said).toEqual([]);
  },
  TIMEOUT,
);

test(
  testName("a live update keeps focus, typed text and unfolded sections"),
  async () => {
    const s = await busy();
    const there = s.at(`${s.root}-login`);
    const { page, said } = await opened(s);
    await page.waitForSelector("#connection.on");
    await page.click("#past > summary");
    await there.ok("objectives", "complete", "1");
    await page.locator("#sessions", { hasText: "1 of 2 done" }).waitFor();
    expect(await page.locator("#past").getAttribute("open")).toBe("");
    await page.locator("#said", { hasText: /Changed: .*Sessions/ }).waitFor({ state: "attached" });
    await page.click("#sessions >> text=Login");
    await page.waitForSelector("#connection.on");
    await page.fill("#new-note", "half a senten");
    await there.ok("objectives", "add", "From elsewhere");
    await page.waitForSelector("#obj-3");
    expect(await page.inputValue("#new-note")).toBe("half a senten");
    expect(await page.evaluate("document.activeElement.id")).toBe("new-note");
    expect(said).toEqual([]);
  },
  TIMEOUT,
);

test(
  testName("forms change the session by keyboard and show errors"),
  async () => {
    const s = await busy();
    const there = s.at(`${s.root}-login`);
    const { ui, page, said } = await opened(s);
    const { id } = (await there.json("show")).session;
    await page.goto(`${ui.url}session?id=${id}`);
    await page.waitForSelector("#connection.on");
    await page.focus("#new-objective");
    await page.keyboard.type("Typed");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#obj-3");
    expect(await page.inputValue("#new-objective")).toBe("");
    await page.locator("#obj-3 button", { hasText: "Start" }).press("Enter");
    await page.waitForSelector("#obj-3.active");
    expect(await there.json("objectives")).toMatchObject([{}, {}, { text: "Typed", mark: "active" }]);
    await page.fill("#how-blk-1", "answered");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#blk-1.done");
    await page.fill("#new-note", `token ghp_${"a1B2".repeat(9)}`);
    await page.click("#notes button");
    await page.waitForSelector("#wrong:visible");
    expect(await page.getAttribute("#wrong", "role")).toBe("alert");
    // The refused text stays in the form, so that the user can correct it.
    expect(await page.inputValue("#new-note")).toContain("ghp_");
    await page.keyboard.press("Escape");
    expect(await page.isVisible("#wrong")).toBe(false);
    await page.focus("#theme");
    await page.keyboard.press("/");
    expect(await page.evaluate("document.activeElement.id")).toBe("q");
    await page.keyboard.type("Typed");
    await page.keyboard.press("Enter");
    await page.waitForSelector("mark");
    await page.keyboard.press("Tab");
    const outline = "getComputedStyle(document.activeElement).outlineStyle";
    expect(await page.evaluate(outline)).not.toBe("none");
    expect(said.filter((each) => !/409|Conflict/.test(each))).toEqual([]);
  },
  TIMEOUT,
);

test(
  testName("user text never runs as script, and another page can neither frame, read nor change anything"),
  async () => {
    const s = await busy();
    const { id } = (await s.json("show", "login")).session;
    const { ui, page, said } = await opened(s);
    for (const path of ["", "sessions", `session?id=${id}`, `search?q=${encodeURIComponent(HOSTILE)}`]) {
      await page.goto(ui.url + path);
      await everything(page);
      expect(await page.title(), path).not.toBe(PAYLOAD);
      expect(await page.locator("img, iframe, object, svg").count(), path).toBe(0);
    }
    // The content policy also blocks markup inserted by a script.
    await page.evaluate(`document.getElementById("main").innerHTML = ${JSON.stringify(HOSTILE)}`);
    expect(await page.title()).not.toBe(PAYLOAD);
    expect(said.filter((each) => !/Content Security Policy|404/.test(each))).toEqual([]);
    // A page of another origin in the same browser, which knows the whole address.
    const other = await opened(await scratch());
    const evil = await browser().newPage({ bypassCSP: true });
    await evil.goto(other.ui.url);
    const read = await evil.evaluate<string>(
      `fetch(${JSON.stringify(ui.url)}).then((each) => each.text(), () => "kept out")`,
    );
    expect(read).toBe("kept out");
    const sent = await evil.evaluate<string>(
      `fetch(${JSON.stringify(`${ui.url}do/note`)}, { method: "POST", mode: "no-cors", body: new URLSearchParams({ session: "${id}", text: "evil" }) }).then((each) => each.type, () => "kept out")`,
    );
    expect(["opaque", "kept out"]).toContain(sent);
    await evil.setContent(`<iframe src="${ui.url}"></iframe>`);
    await evil.waitForTimeout(300);
    const framed = evil.frames().at(-1);
    expect(await framed?.locator("#main").count()).toBe(0);
    await evil.setContent(
      `<form method="post" action="${ui.url}do/note"><input name="session" value="${id}"><input name="text" value="evil"><button>x</button></form>`,
    );
    await evil.click("button");
    await evil.waitForLoadState();
    expect(await evil.textContent("body")).toContain("Another page asked for this.");
    expect(JSON.stringify(await s.at(`${s.root}-login`).json("note", "list"))).not.toContain("evil");
  },
  TIMEOUT,
);

test(
  testName("pages are readable without JavaScript, and forms are hidden"),
  async () => {
    const s = await busy();
    const { page } = await opened(s, { javaScriptEnabled: false });
    expect(await page.textContent("#sessions")).toContain("Write login");
    await page.click("#sessions >> text=Login");
    expect(await page.locator(".act:visible").count()).toBe(0);
    expect(await page.textContent("#connection")).toContain("Not live");
    expect(await page.textContent("#decisions")).toContain("because");
  },
  TIMEOUT,
);
