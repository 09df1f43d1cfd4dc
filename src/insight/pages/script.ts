/**
 * The script of a report page: filters and controls, which stay hidden without it. It reads only the page: no
 * network, no storage.
 */
export const SCRIPT = `"use strict";(() => {
const root = document.documentElement, by = (id) => document.getElementById(id);
const all = (what) => [...document.querySelectorAll(what)];
const theme = by("theme");
const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
const name = () => { theme.textContent = isDark() ? "Light theme" : "Dark theme"; };
theme.addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; name(); });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", name);
name();
theme.hidden = false;

const filter = by("filter"), session = by("by-session"), text = by("by-text"), from = by("by-from"), to = by("by-to");
const items = all("[data-item]").map((node) => ({ node, text: node.textContent.toLowerCase() }));
const drawn = all(".chart [data-a], .chart [data-s]");
const outside = (node) => {
  const { a, b, s } = node.dataset;
  if (session.value && s !== undefined && s !== session.value) return true;
  if (session.value && s === undefined && node.matches("[data-item]")) return true;
  if (from.value && !((b || a || "") >= from.value)) return true;
  return Boolean(to.value && !((a || "9999") <= to.value));
};
const apply = () => {
  const words = text.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let shown = 0;
  for (const each of items) {
    const off = outside(each.node) || !words.every((word) => each.text.includes(word));
    each.node.hidden = off;
    if (!off) shown++;
  }
  if ([session, text, from, to].some((each) => each.value)) for (const each of all(".rest")) each.open = true;
  const visible = new Set(items.filter((each) => !each.node.hidden).map((each) => each.node.id));
  for (const node of drawn) {
    const target = (node.getAttribute("href") || "").slice(1);
    const off = target.startsWith("p-") ? outside(node) : !visible.has(target);
    node.classList.toggle("off", off);
  }
  for (const section of all("main section")) {
    const none = section.querySelector(".none");
    if (none) none.hidden = [...section.querySelectorAll("[data-item]")].some((each) => !each.hidden);
  }
  by("shown").textContent = shown === items.length ? "All " + shown + " entries are shown." : shown + " of " + items.length + " entries are shown.";
};
for (const each of [session, text, from, to]) each.addEventListener("input", apply);
by("reset").addEventListener("click", () => { for (const each of [session, text, from, to]) each.value = ""; apply(); text.focus(); });
filter.hidden = false;
apply();

const reveal = () => {
  let target = null;
  try { target = by(decodeURIComponent(location.hash.slice(1))); } catch {}
  if (!target) return;
  const hidden = target.closest("[hidden]");
  if (hidden) by("reset").click();
  for (let at = target.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
  target.scrollIntoView();
};
addEventListener("hashchange", reveal);
addEventListener("click", (event) => {
  const link = event.target.closest("a");
  const href = link && link.getAttribute("href");
  if (href && href.startsWith("#") && href === location.hash) reveal();
});
reveal();

addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const before = button.textContent;
  try { await navigator.clipboard.writeText(button.dataset.copy); by("said").textContent = "Copied " + before + "."; }
  catch { button.textContent = button.dataset.copy; getSelection().selectAllChildren(button); by("said").textContent = "The id is selected."; }
});

let closed = [];
addEventListener("beforeprint", () => { closed = all(".item:not([open])"); for (const each of closed) each.open = true; });
addEventListener("afterprint", () => { for (const each of closed) each.open = false; });
})();`;
