import path from "node:path";
import axe, { type AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";
import { busyRepository } from "../support/busy-repository.ts";
import { test, testName, useBrowser } from "../support/chromium.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

const browser = useBrowser();

/** Opens a report in the browser. Returns the page, its console messages and its network requests. */
async function opened(s: Scratch, file: string, options: Parameters<Browser["newPage"]>[0] = {}) {
  const page = await browser().newPage({ viewport: { width: 1000, height: 800 }, ...options });
  const said: string[] = [];
  const asked: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  page.on("request", (request) => asked.push(request.url()));
  const address = `file://${path.join(s.root, file)}`;
  await page.goto(address);
  return { page, said, asked: () => asked.filter((each) => each !== address) };
}

let made: Promise<{ html: string; head: string }> | undefined;

/** Returns a repository with the report of a busy repository in `report.html`. Makes the report once. */
async function lively(): Promise<Scratch> {
  const s = await scratch({ commits: 0 });
  made ??= (async () => {
    await busyRepository(s, 8, 30);
    await s.ok("report", "--project", "-o", "../report.html");
    return { html: await s.read("../report.html"), head: await s.git("rev-parse", "HEAD") };
  })();
  await s.write("report.html", (await made).html);
  return s;
}

/** Returns the accessibility rules that a page violates, with the elements. */
async function violations(page: Page) {
  await page.evaluate(axe.source);
  const found = await page.evaluate<AxeResults>("axe.run(document)");
  return found.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(" … ")}`,
  );
}

const shown = (page: Page, what: string) => page.locator(`${what}:visible`).count();

test(
  testName("the report page filters, follows links and switches theme without any network request"),
  async () => {
    const s = await lively();
    const { page, said, asked } = await opened(s, "report.html", { colorScheme: "light" });
    const all = await page.locator("[data-item]").count();
    expect(await page.textContent("#shown")).toBe(`All ${all} entries are shown.`);

    const paper = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
    expect(await paper()).toBe("rgb(255, 255, 255)");
    await page.click("#theme");
    expect(await paper()).toBe("rgb(19, 22, 27)");
    expect(await page.textContent("#theme")).toBe("Light theme");
    await page.click("#theme");
    expect(await paper()).toBe("rgb(255, 255, 255)");

    const title = (await page.textContent("#sessions h3")) ?? "";
    await page.selectOption("#by-session", { label: title });
    expect(await shown(page, "#sessions .item")).toBe(1);
    expect(await page.locator("#sessions .wide a:not(.off)").count()).toBe(1);
    expect(await page.textContent("#shown")).toMatch(/^\d+ of \d+ entries are shown\.$/);
    await page.click("#reset");
    expect(await page.textContent("#shown")).toBe(`All ${all} entries are shown.`);

    await page.fill("#by-text", "no such words anywhere");
    expect(await shown(page, "[data-item]")).toBe(0);
    expect(await shown(page, "#commits .none")).toBe(1);
    await page.fill("#by-text", "keep");
    const decisions = await page.locator("#decisions [data-item]").count();
    expect(await shown(page, "#decisions [data-item]")).toBe(decisions);
    await page.click("#reset");

    // Early in the day, today has no commit yet.
    const days = page.locator("#commits [data-item]");
    const last = await days.evaluateAll((all) =>
      all
        .map((each) => each.getAttribute("data-b"))
        .sort()
        .at(-1),
    );
    await page.fill("#by-from", last ?? "");
    for (const each of await page.locator("#commits [data-item]:visible").all())
      expect(await each.getAttribute("data-b")).toBe(last);
    expect(await page.locator("#velocity .wide a:not(.off)").count()).toBeGreaterThan(0);
    expect(await page.locator("#velocity .wide a.off").count()).toBeGreaterThan(5);
    await page.click("#reset");

    // A click on a bar unfolds its session and resets a filter that hides the session.
    await page.fill("#by-text", "no such words anywhere");
    await page.locator("#sessions .wide a").first().click();
    const target = new URL(page.url()).hash.slice(1);
    // The page opens it after the address has changed.
    await page.locator(`[id="${target}"][open]`).waitFor();
    expect(await page.locator(`[id="${target}"]`).getAttribute("open")).toBe("");
    expect(await page.inputValue("#by-text")).toBe("");

    // Every link within the page has its target.
    const dead = await page.evaluate(
      "[...document.querySelectorAll('a[href^=\"#\"]')].map((each) => each.getAttribute('href').slice(1)).filter((id) => !document.getElementById(id))",
    );
    expect(dead).toEqual([]);
    expect(said).toEqual([]);
    expect(asked()).toEqual([]);
  },
);

test(testName("a commit id can be copied if the host is unknown"), async () => {
  const s = await lively();
  const { page, said } = await opened(s, "report.html");
  const button = page.locator("#commits [data-copy]").first();
  const oid = await button.getAttribute("data-copy");
  expect(oid).toBe((await made)?.head);
  await button.click();
  await page.waitForFunction("document.getElementById('said').textContent !== ''");
  const selected = await page.evaluate("String(getSelection())");
  expect([`Copied ${oid?.slice(0, 8)}.`, "The id is selected."]).toContain(await page.textContent("#said"));
  if (selected !== "") expect(selected).toBe(oid);
  expect(said).toEqual([]);
});

test(
  testName("axe finds no accessibility problem in either theme, wide or narrow, collapsed or expanded"),
  async () => {
    const s = await lively();
    for (const [colorScheme, width] of [
      ["light", 1000],
      ["dark", 400],
    ] as const) {
      const { page } = await opened(s, "report.html", { colorScheme, viewport: { width, height: 800 } });
      if (width > 400) expect(await violations(page), colorScheme).toEqual([]);
      await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })");
      expect(await violations(page), `${colorScheme}, open`).toEqual([]);
      await page.click("#theme");
      expect(await violations(page), `${colorScheme}, switched`).toEqual([]);
      // The page does not scroll sideways.
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
      await page.close();
    }
    await s.ok("start", "empty");
    await s.ok("report", "--daily", "-o", "day.html");
    const { page } = await opened(s, "day.html");
    expect(await violations(page)).toEqual([]);
    await page.close();
    const plain = await opened(s, "report.html", { javaScriptEnabled: false });
    expect(await shown(plain.page, "#filter")).toBe(0);
    expect(await shown(plain.page, "#theme")).toBe(0);
    expect(await shown(plain.page, "#sessions .item")).toBeGreaterThan(5);
  },
);

test(testName("the page works by keyboard and shows the focus"), async () => {
  const s = await lively();
  const { page } = await opened(s, "report.html");
  await page.keyboard.press("Tab");
  expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the report");
  const seen = new Set<string>();
  for (let n = 0; n < 40; n++) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate<{ name: string; outline: string }>(
      "({ name: document.activeElement.id || document.activeElement.tagName, outline: getComputedStyle(document.activeElement).outlineStyle })",
    );
    seen.add(at.name);
    expect(at.outline, at.name).not.toBe("none");
  }
  for (const each of ["theme", "by-text", "by-session", "by-from", "by-to", "reset", "SUMMARY"])
    expect([...seen]).toContain(each);
});
