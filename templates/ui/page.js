// What the pages of `session ui` do: they stay up to date, send forms without leaving, and name ages of moments.

(() => {
  const by = (id) => document.getElementById(id);
  const root = document.documentElement;
  const main = by("main");

  // Themes: that of the system until the button is used.
  const theme = by("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
  const nameTheme = () => {
    theme.textContent = isDark() ? "Light theme" : "Dark theme";
  };
  try {
    const kept = localStorage.getItem("theme");
    if (kept) root.dataset.theme = kept;
  } catch {}
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try {
      localStorage.setItem("theme", root.dataset.theme);
    } catch {}
    nameTheme();
  });
  dark.addEventListener("change", nameTheme);
  nameTheme();
  theme.hidden = false;
  root.dataset.script = "on";

  // Ages: "5 minutes ago" in place of a date, which stays as the title.
  const SPANS = [
    ["year", 525600],
    ["month", 43200],
    ["day", 1440],
    ["hour", 60],
    ["minute", 1],
  ];
  const age = (iso) => {
    const minutes = (Date.now() - Date.parse(iso)) / 60000;
    const [unit, length] = SPANS.find((each) => minutes >= each[1]) ?? [];
    if (!unit) return "just now";
    const count = Math.floor(minutes / length);
    return `${count} ${unit}${count === 1 ? "" : "s"} ago`;
  };
  const nameAges = () => {
    for (const each of document.querySelectorAll("time[data-age]")) {
      const text = age(each.dateTime);
      if (each.textContent !== text) each.textContent = text;
    }
  };
  nameAges();
  setInterval(nameAges, 30000);

  // Makes `now` like `next`. What stays the same is left alone: focus, what was typed, what is unfolded.
  const isAlike = (now, next) =>
    now.nodeName === next.nodeName && (now.id ?? "") === (next.id ?? "") && now.nodeType === next.nodeType;
  const morph = (now, next) => {
    if (now.nodeType !== Node.ELEMENT_NODE) {
      if (now.data !== next.data) now.data = next.data;
      return;
    }
    if (now.isEqualNode(next) || (now.nodeName === "TIME" && now.dateTime === next.dateTime)) return;
    for (const { name } of [...now.attributes])
      if (!next.hasAttribute(name) && !(name === "open" && now.nodeName === "DETAILS"))
        now.removeAttribute(name);
    for (const { name, value } of next.attributes)
      if (now.getAttribute(name) !== value) now.setAttribute(name, value);
    morphChildren(now, next);
  };
  const morphChildren = (now, next) => {
    const byId = new Map([...now.children].filter((each) => each.id).map((each) => [each.id, each]));
    let at = now.firstChild;
    for (const want of [...next.childNodes]) {
      const named = want.id ? byId.get(want.id) : undefined;
      const have = named ?? (at && isAlike(at, want) ? at : undefined);
      if (!have) now.insertBefore(want, at);
      else {
        if (have === at) at = at.nextSibling;
        else now.insertBefore(have, at);
        morph(have, want);
      }
    }
    while (at) {
      const gone = at;
      at = at.nextSibling;
      gone.remove();
    }
  };

  // Changes, as the server sends them. A screen reader hears at most once in five seconds which parts they are in.
  const changed = new Set();
  let speaking = false;
  const say = (text) => {
    by("said").textContent = text;
  };
  const tell = (id) => {
    const name = document.querySelector(`#names [data-part="${id}"]`);
    if (name) changed.add(name.textContent);
    if (speaking) return;
    speaking = true;
    setTimeout(() => {
      say(`Changed: ${[...changed].join(", ")}`);
      changed.clear();
      speaking = false;
    }, 5000);
  };
  const put = ({ id, html }) => {
    const part = by(`part-${id}`);
    if (!part) return;
    const next = document.createElement("div");
    next.innerHTML = html;
    const log = part.querySelector(".log");
    const isAtEnd = log && log.scrollTop + log.clientHeight >= log.scrollHeight - 4;
    const before = part.textContent;
    morphChildren(part, next);
    nameAges();
    toEnds(part, isAtEnd);
    if (part.textContent === before) return;
    main.dataset.updated = String(Date.now());
    tell(id);
  };
  // The end of a log is what matters.
  const toEnds = (within, isAtEnd = true) => {
    if (isAtEnd) for (const log of within.querySelectorAll(".log")) log.scrollTop = log.scrollHeight;
  };
  toEnds(main);

  const connection = by("connection");
  let source;
  const connect = () => {
    if (source) return;
    const here = location.pathname.split("/").at(-1) + location.search;
    source = new EventSource(`live?look=${main.dataset.look}&page=${encodeURIComponent(here)}`);
    source.addEventListener("hello", () => {
      connection.textContent = "Live";
      connection.className = "on";
    });
    source.addEventListener("part", (event) => put(JSON.parse(event.data)));
    source.addEventListener("error", () => {
      connection.textContent = "Not connected: session ui has ended";
      connection.className = "off";
    });
  };
  const disconnect = () => {
    source?.close();
    source = undefined;
  };
  // A page that nobody sees asks for nothing.
  const follow = () => (document.visibilityState === "hidden" ? disconnect() : connect());
  document.addEventListener("visibilitychange", follow);
  addEventListener("pagehide", disconnect);
  addEventListener("pageshow", follow);
  follow();

  // Forms that change something are sent without leaving the page.
  const wrong = by("wrong");
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches(".act")) return;
    event.preventDefault();
    wrong.hidden = true;
    const fields = new URLSearchParams(new FormData(form, event.submitter));
    try {
      const answer = await fetch(form.getAttribute("action"), { method: "POST", body: fields });
      const text = await answer.text();
      const {
        said,
        error = text,
        hint,
      } = answer.headers.get("Content-Type")?.startsWith("application/json") ? JSON.parse(text) : {};
      if (!said) throw new Error(hint ? `${error} (${hint})` : error);
      form.reset();
      say(said);
    } catch (error) {
      wrong.textContent = error.message;
      wrong.hidden = false;
    }
  });

  // Keys: / searches, Escape leaves a message.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") wrong.hidden = true;
    if (event.key !== "/" || event.target.closest("input, textarea, select")) return;
    event.preventDefault();
    by("q").focus();
  });
})();
