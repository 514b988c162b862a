/** The view of themes: a list, one of them beside it, and what a person does with it. */

import { $ } from "./dom.js";
import { get, post, Refused } from "./net.js";
import { attempt, keys, readOnly, refreshed, tell, walk, warn } from "./page.js";
import { askCodes, askName, askPromote, askTie } from "./themes_dialogs.js";
import { find } from "./themes_finder.js";
import { drawMap, themeOf } from "./themes_map.js";

const PAUSE = 90; // ms on a theme after which it is opened: who walks past many need not wait for each
const ticked = new Set();
let chosen = "", turn = 0, timer = 0, discardedShown = false, busy = false;

const panes = () => $("themes");
const seen = () => panes().dataset.seen;
const address = (theme) => (theme ? `/themes?theme=${theme}` : "/themes");
/** The address of a theme: the page's own where it is shown there, maybe with more segments; the page may lag behind a key. */
const placeOf = (theme) => ((new URLSearchParams(location.search).get("theme") ?? "") === theme ? location.href : address(theme));
const rowOf = (theme) => $(theme === "" ? "row-map" : `row-${theme}`);
const isTheme = () => chosen.startsWith("T");
const count = (n, noun) => `${n} ${noun}${n === 1 ? "" : "s"}`;

/* ---- looking ---- */

/** Show another theme beside the list; what was asked for last is shown last. */
async function open(theme, where = address(theme)) {
  const mine = ++turn;
  clearTimeout(timer);
  if (theme !== chosen) ticked.clear();
  chosen = theme;
  const answer = await fetch(where, { credentials: "same-origin" });
  const found = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (mine !== turn) return;
  const other = found.getElementById("themes");
  if (!answer.ok || !other) { location.assign(where); return; }
  history.replaceState(null, "", where);
  document.title = found.title;
  if (other.dataset.seen !== seen()) return again(where);
  const same = $("detail").dataset.theme === theme, focus = document.activeElement.id;
  $("detail").replaceWith(found.getElementById("detail"));
  if (!same) $("detail").scrollTop = 0;
  if (focus && $(focus) && document.activeElement.id !== focus) $(focus).focus({ preventScroll: true });
  panes().dataset.asked = theme;
  drawn();
}

/** Everything anew, each part scrolled to where it was. */
async function again(where = location.href) {
  turn += 1;
  const before = { list: $("list").scrollTop, detail: $("detail").scrollTop, theme: $("detail").dataset.theme };
  await refreshed(where);
  if (!panes()) return;
  $("list").scrollTop = before.list;
  if (before.theme === $("detail").dataset.theme) $("detail").scrollTop = before.detail;
}

function drawn() {
  if (!panes()) return;
  chosen = panes().dataset.asked;
  for (const row of document.querySelectorAll("#list .row")) {
    if (row.dataset.theme === chosen) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
  discardedShown = discardedShown || Boolean($("discarded")?.contains(rowOf(chosen)));
  drawDiscarded();
  drawTicks();
  attempt(() => drawMap(seen(), chosen));
}

function drawDiscarded() {
  if ($("discarded")) {
    $("discarded").hidden = !discardedShown;
    $("toggle-discarded").setAttribute("aria-expanded", String(discardedShown));
  }
  drawStop();
}

/** The list is one stop for the Tab key, at the theme that is chosen; inside it j, k and the arrows move. */
function drawStop() {
  const stop = rows().find((row) => row.dataset.theme === chosen) || rows()[0];
  for (const row of document.querySelectorAll("#list .row")) row.tabIndex = row === stop ? 0 : -1;
}

const rows = () => [...document.querySelectorAll("#list .row")].filter((row) => !row.closest("[hidden]"));

/** Another theme; among the segments of one, another segment. */
async function step(by) {
  if ($("detail").contains(document.activeElement) && $("detail").querySelector(".tick")) {
    if (by > 0 && $("more") && [...document.querySelectorAll("#detail .tick")].pop() === document.activeElement) await more();
    else walk("#detail .tick", by);
    return;
  }
  const all = rows(), here = all.findIndex((row) => row === document.activeElement || row.dataset.theme === chosen);
  const next = all[Math.max(0, Math.min(all.length - 1, here + by))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

/** More segments of the theme; the focus goes to the first of them. */
async function more() {
  const before = document.querySelectorAll("#detail .tick").length;
  await open(chosen, $("more").getAttribute("href"));
  $(`tick-${before + 1}`)?.focus();
}

async function enter(theme) {
  await ready(theme);
  $("detail-title").focus();
}

/** Wait until the theme that is chosen is shown. */
async function ready(theme = chosen) {
  if ($("detail").dataset.theme !== theme || theme !== chosen) await open(theme);
}

/* ---- ticking ---- */

function drawTicks() {
  for (const box of document.querySelectorAll(".tick[data-segment]")) box.setAttribute("aria-checked", String(ticked.has(box.dataset.segment)));
  if ($("ticked")) $("ticked").textContent = ticked.size ? `${count(ticked.size, "segment")} ticked.` : "Nothing is ticked.";
}

function tick(box) {
  const name = box && box.dataset.segment;
  if (!name) { tell("Go to a segment first: Enter, then j."); return; }
  if (!ticked.delete(name)) ticked.add(name);
  drawTicks();
}

/** The segments that are meant: those ticked, else the one at which the focus is. */
function meant() {
  const here = document.activeElement.closest(".segment-row");
  const box = here && here.querySelector("[data-segment]");
  return ticked.size ? [...ticked] : box ? [box.dataset.segment] : [];
}

/* ---- deciding ---- */

/** Store a decision, draw everything anew and say what was done. */
async function decide(verb, body, next = null) {
  if (busy) return; // the key was pressed twice
  busy = true;
  tell("Storing …");
  try {
    const done = await post(`/api/themes/${verb}`, { seen: seen(), ...body });
    const theme = next === null ? done.theme : next, inList = $("list").contains(document.activeElement) || document.activeElement === document.body;
    const focus = document.activeElement.id;
    ticked.clear();
    await again(placeOf(theme));
    const place = (inList && rowOf(chosen)) || (focus && $(focus)) || (inList ? rowOf(chosen) : $("detail-title"));
    if (place) place.focus({ preventScroll: !inList });
    tell(done.sentence);
  } catch (error) {
    tell("");
    if (error instanceof Refused && error.status === 409) await again(placeOf(chosen));
    throw error;
  } finally {
    busy = false;
  }
}

/** Do it to the theme that is chosen; where none is, say so. */
const toTheme = (work) => () => {
  if (readOnly()) { warn("This review is for reading only."); return undefined; }
  if (!isTheme()) { tell("Choose a theme first: j goes to the next one."); return undefined; }
  if (!rowOf(chosen)) { tell("That theme is not there any more."); return undefined; }
  return work();
};

const about = () => rowOf(chosen).dataset;

async function others(discarded) {
  const found = (await get("/api/themes")).themes.filter((one) => one.theme !== chosen && (discarded || one.status !== "discarded"));
  return found.map((one) => ({ id: one.theme, name: one.title, keywords: one.keywords, category: `${count(one.segments, "segment")}${one.status === "discarded" ? ", discarded" : ""}` }));
}

/** Ask for what goes with a decision, then store it. */
const told = (verb, ask) => async () => {
  const given = await ask(chosen, about());
  if (given) await decide(verb, given);
};

async function merge() {
  const given = await find(`Which theme goes into ${chosen}?`, `${chosen} keeps its number and its name.`, others(true), "Merge");
  if (given) await decide("merge", { into: chosen, others: [given.item.id], memo: given.memo });
}

async function split() {
  if (ticked.size) return decide("split", { theme: chosen, segments: [...ticked] });
  await ready();
  const parts = [...document.querySelectorAll(".parts li")].map((part, i) => ({ id: String(i + 1), name: part.children[0].textContent, category: part.children[1].textContent, keywords: [] }));
  if (!parts.length) { tell(`${chosen} has no sub-themes. Tick segments (x), then press s: they become a theme of their own.`); return undefined; }
  const given = await find(`Which sub-theme of ${chosen} becomes a theme?`, "To take other segments, tick them first.", parts, "Split off");
  return given ? decide("split", { theme: chosen, part: Number(given.item.id), memo: given.memo }) : undefined;
}

async function move() {
  if (readOnly()) { warn("This review is for reading only."); return; }
  const segments = meant();
  if (!segments.length) { tell("Tick segments first: Enter goes to them, j to the next one, x ticks it."); return; }
  const out = chosen === "none" ? [] : [{ id: "none", name: "In no theme", category: "", keywords: [] }];
  const given = await find(segments.length === 1 ? "Where does the segment go?" : `Where do the ${segments.length} segments go?`, "", others(false).then((found) => [...found, ...out]), "Move");
  if (given) await decide("move", { theme: given.item.id, segments, memo: given.memo }, chosen);
}

async function discard() {
  const all = rows(), here = all.findIndex((row) => row.dataset.theme === chosen);
  const next = discardedShown ? null : (all[here + 1] || all[here - 1]).dataset.theme;
  await decide("discard", { theme: chosen }, next);
}

const back = (verb) => () => (readOnly() ? warn("This review is for reading only.") : decide(verb, {}));

const ACTIONS = {
  j: ["Next theme (so does ↓); among segments, the next segment", () => step(1)],
  k: ["The one before", () => step(-1)],
  o: ["Map and overview", () => { rowOf("").focus(); return enter(""); }],
  Escape: ["Back to the list", () => { const row = rowOf(chosen); if (row) row.focus(); }],
  D: ["Show or hide discarded themes", () => { if ($("discarded")) { discardedShown = $("discarded").hidden; drawDiscarded(); } }],
  ...(readOnly() ? {} : {
    n: ["Name the theme", toTheme(told("name", askName))],
    m: ["Merge another theme into it", toTheme(merge)],
    s: ["Split: the ticked segments, or a sub-theme, become a theme", toTheme(split)],
    x: ["Tick the segment", () => tick(document.activeElement.closest(".segment-row")?.querySelector(".tick"))],
    X: ["Untick all", () => { ticked.clear(); drawTicks(); }],
    v: ["Move the ticked segments to another theme, or out of any", move],
    K: ["Keep the theme; bring a discarded one back", toTheme(() => decide("keep", { theme: chosen }))],
    d: ["Discard the theme", toTheme(discard)],
    t: ["Tie it to a code or category", toTheme(told("tie", askTie))],
    p: ["Make a code of it", toTheme(told("promote", askPromote))],
    u: ["Undo your last decision about themes", back("undo")],
    U: ["Redo it", back("redo")],
  }),
};
keys(ACTIONS);

document.addEventListener("keydown", (event) => {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by || event.altKey || event.ctrlKey || event.metaKey || !event.target.closest("#list .row")) return;
  event.preventDefault();
  step(by);
});

document.addEventListener("focusin", (event) => {
  const row = event.target.closest("#list .row");
  if (!row || row.dataset.theme === chosen) return;
  ticked.clear();
  chosen = row.dataset.theme;
  drawStop();
  clearTimeout(timer);
  timer = setTimeout(() => attempt(() => open(chosen)), PAUSE);
});

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const row = event.target.closest("#list .row"), wider = event.target.closest("#more"), key = event.target.closest("[data-key]");
  const box = event.target.closest(".tick[data-segment]"), mark = event.target.closest("[data-mark]");
  if (row) { event.preventDefault(); attempt(() => enter(row.dataset.theme)); }
  else if (wider) { event.preventDefault(); attempt(more); }
  else if (key && ACTIONS[key.dataset.key]) attempt(ACTIONS[key.dataset.key][1]);
  else if (box) tick(box);
  else if (mark) attempt(() => enter(themeOf(mark)));
});

document.addEventListener("refreshed", () => { askCodes(); drawn(); });
askCodes();
drawn();
if (panes()) rowOf(chosen)?.scrollIntoView({ block: "nearest" });
