/** The comparison: candidate themes and novel segments, each decided by single keys where the focus is. */

import { $, el } from "./dom.js";
import { askKind, writeMemo } from "./dialogs.js";
import { get, newKey, post, Refused, surely } from "./net.js";
import { attempt, keys, readOnly, refreshed, tell, walk, warn } from "./page.js";
import { askCodes, askName, askPromote, askTie, codes } from "./themes_dialogs.js";
import { find } from "./themes_finder.js";
import { isKind, kindKeys, state, words } from "./state.js";

const ITEMS = ".item:not(details:not([open]) *)"; // what is folded away cannot be walked to
const POLL = 1000; // ms between questions whether a comparison is made
const memos = new Map(); // segment to the memo that waits for its decision
let busy = false;

const comparison = () => $("comparison");
const here = () => document.activeElement?.closest?.(".item");

/** One thing at a time: what is pressed while a decision is on its way is meant for nothing else. */
const alone = (work) => async (...given) => {
  if (busy) return;
  busy = true;
  try { await work(...given); } finally { busy = false; }
};

/* ---- moving ---- */

const section = (id) => () => { const title = $(id); if (title) { title.focus(); title.scrollIntoView({ block: "start" }); } else tell("There is no such part here."); };

/** To the next item; from a title, to the first one below it. */
function step(by) {
  const title = document.activeElement, all = [...document.querySelectorAll(ITEMS)];
  if (here() || !title.matches("h2")) { walk(ITEMS, by); return; }
  const after = all.findIndex((one) => title.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
  const next = all[by > 0 ? after : (after < 0 ? all.length : after) - 1];
  if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
}

function toggle() {
  const found = here()?.querySelector("details");
  if (found) found.open = !found.open;
  else tell("Go to a row first: j goes to the next one.");
}

/** A link to quotes that are folded away unfolds them. */
function unfold(id) {
  const folded = $(id)?.closest("details");
  if (folded) folded.open = true;
}

/** Remember the place, so that who comes back from the coding view is there again. */
const place = () => `compare ${comparison()?.dataset.wave}`;
addEventListener("pagehide", () => {
  const open = [...document.querySelectorAll("#comparison details[open]")].map((one) => one.id);
  sessionStorage.setItem(place(), JSON.stringify({ at: here()?.id || "", open }));
});

function back() {
  let kept = null;
  try { kept = JSON.parse(sessionStorage.getItem(place())); } catch { kept = null; }
  for (const id of kept?.open || []) if ($(id)) $(id).open = true;
  if (kept?.at && $(kept.at) && !location.hash) { $(kept.at).focus({ preventScroll: true }); $(kept.at).scrollIntoView({ block: "center" }); }
}

function code() {
  const link = here()?.querySelector("a[href^='/?segment=']");
  if (link) location.assign(link.href);
  else tell("Go to a segment or a quote first: j goes to the next one.");
}

/* ---- drawing ---- */

/** Everything anew: what is unfolded stays so, and the focus goes to the element called `focus`. */
async function again(focus) {
  const open = [...document.querySelectorAll("#comparison details[open]")].map((one) => one.id);
  await refreshed(location.href, focus);
  for (const id of open) if ($(id)) $(id).open = true;
}

function waiting() {
  for (const item of document.querySelectorAll(".novel")) {
    const line = item.querySelector(".waiting"), text = memos.get(item.dataset.segment) || "";
    if (!line) continue;
    line.hidden = !text;
    line.replaceChildren(...(text ? ["Memo for the decision: ", el("span", { dir: "auto" }, text)] : []));
  }
}

/* ---- candidate themes ---- */

async function decideTheme(card, verb, body) {
  const id = card?.id;
  tell("Storing …");
  try {
    const done = await post(`/api/themes/${verb}`, { seen: comparison().dataset.seen, ...body });
    await again(id);
    tell(done.sentence);
  } catch (error) {
    tell("");
    if (error instanceof Refused && error.status === 409) await again(id);
    throw error;
  }
}

const toTheme = (verb) => (card) => decideTheme(card, verb, { theme: card.dataset.theme });

/** Ask for what goes with a decision, then store it. */
const askedOf = (verb, ask) => async (card) => {
  const given = await ask(card.dataset.theme, card.dataset);
  card.focus({ preventScroll: true });
  if (given) await decideTheme(card, verb, given);
};

/* ---- novel segments ---- */

async function about() {
  state.about = await askCodes();
  state.codes = new Map(state.about.codes.map((one) => [one.id, one]));
}

/** Store an answer to the segment as it is now; then the next one has the focus. */
async function answer(item, given) {
  await known;
  const segment = item.dataset.segment, all = [...document.querySelectorAll(".novel")];
  const next = all[all.indexOf(item) + 1] || item;
  const card = await get(`/api/segments/${encodeURIComponent(segment)}`);
  const first = card.suggestion?.ranked[0]?.code || "";
  if (given.accepts && (first !== item.dataset.first || (card.suggestion?.kind || "") !== item.dataset.kind)) {
    await again(item.id);
    tell("The suggestion has changed meanwhile; look again.");
    return;
  }
  const body = { says: given.says, kind: given.kind || null, code: given.code || null, segment, seen: card.seen, memo: given.memo || memos.get(segment) || "", key: newKey() };
  try {
    const stored = await surely("/api/decisions", body, () => warn("The program does not answer. Your decision is kept here and sent again."));
    memos.delete(segment);
    await again(next.id);
    $(next.id)?.scrollIntoView({ block: "nearest" });
    tell(`${stored.decision.verdict === "accept" ? "Accepted" : "Stored"}: ${words(stored.decision)}.${stored.warning ? ` ${stored.warning}` : ""}`);
  } catch (error) {
    if (error.status === 409) await again(item.id);
    throw error;
  }
}

async function accept(item) {
  await known;
  const { first, kind, abstained } = item.dataset;
  if (abstained === "yes" || (!first && kind !== "neither")) { tell("There is no suggestion to accept. c finds a code, n says that there is nothing to code."); return; }
  if (kind === "neither") await answer(item, { says: "nothing", accepts: true });
  else if (!state.codes.has(first)) tell("The suggested code is not in the codebook. c finds another one.");
  else await answer(item, { says: "code", code: first, kind, accepts: true });
}

async function other(item) {
  const given = await find("Which code?", "", codes().then((found) => found.filter((one) => one.usable)));
  item.focus({ preventScroll: true });
  if (!given) return;
  await known;
  const kind = kindKeys().length ? await askKind() : null;
  item.focus({ preventScroll: true });
  if (kind || !kindKeys().length) await answer(item, { says: "code", code: given.item.id, kind: isKind(kind) ? kind : null, memo: given.memo });
}

async function memo(item) {
  const text = await writeMemo(memos.get(item.dataset.segment) || "");
  item.focus({ preventScroll: true });
  if (text === null) return;
  if (text) memos.set(item.dataset.segment, text);
  else memos.delete(item.dataset.segment);
  waiting();
  tell(text ? "The memo goes with your decision on this segment." : "No memo.");
}

async function takeBack(path, word) {
  await known;
  const found = await post(path, {});
  await again(`s-${found.decision.segment}`);
  tell(`${word}: ${words(found.decision)}.`);
}

/* ---- keys ---- */

const CARD = {
  n: askedOf("name", askName), t: askedOf("tie", askTie), p: askedOf("promote", askPromote), K: toTheme("keep"), d: toTheme("discard"),
  u: (card) => decideTheme(card, "undo", {}), U: (card) => decideTheme(card, "redo", {}),
};
const SEGMENT = {
  a: accept, c: other, n: (item) => answer(item, { says: "nothing" }), x: (item) => answer(item, { says: "unsure" }), m: memo,
  u: () => takeBack("/api/undo", "Undone"), U: () => takeBack("/api/redo", "Redone"),
};

/** What a key does depends on where the focus is. What opens does so at once: the next letters are meant for it. */
async function act(key, item = here()) {
  const theme = item?.matches(".card[data-theme]"), segment = item?.matches(".novel[data-there='yes']");
  const work = theme ? CARD[key] : segment ? SEGMENT[key] : null;
  if (work) await work(item);
  else if (theme || segment) tell(theme ? "That is for segments: 2 goes to them." : "That is for candidate themes: 1 goes to them.");
  else tell("Go to a candidate theme or a novel segment first: j goes to the next one.");
}
const key = (name) => alone(() => act(name));

async function make() {
  const button = $("make");
  if (!button || button.disabled) return;
  button.disabled = true;
  tell("At work: the new interviews are compared. This takes from some seconds to a minute.");
  try {
    const done = await post("/api/compare/make", { wave: button.dataset.wave });
    await refreshed();
    tell(done.sentence);
    section("candidates")();
  } catch (error) {
    tell("");
    button.disabled = false;
    throw error;
  }
}

/** Somebody else has it made: wait for it. */
async function watch() {
  while ($("working")) {
    await new Promise((done) => setTimeout(done, POLL));
    const found = await get(`/api/compare?wave=${encodeURIComponent($("working").dataset.wave)}`);
    if (!found.making) await refreshed();
  }
}

keys({
  j: ["Next: candidate theme, segment or row", () => step(1)],
  k: ["The one before", () => step(-1)],
  1: ["Candidate new themes", section("candidates")],
  2: ["Novel segments", section("novel")],
  3: ["Heard again, not heard, changed", section("rows")],
  4: ["Named in the earlier study", section("baseline")],
  5: ["Meaning, side by side", section("meanings")],
  6: ["The whole profile", section("profile")],
  q: ["Open or close the quotes of the row, or the segments to read", toggle],
  o: ["Open the segment in the coding view; Alt+← comes back here", code],
  ...(readOnly() ? {} : {
    n: ["Theme: name it. Segment: nothing to code", key("n")],
    K: ["Theme: keep it, or bring it back", key("K")],
    d: ["Theme: discard it", key("d")],
    p: ["Theme: make a code of it", key("p")],
    t: ["Theme: tie it to a code or category", key("t")],
    a: ["Segment: accept what is suggested", key("a")],
    c: ["Segment: find another code", key("c")],
    x: ["Segment: unsure", key("x")],
    m: ["Segment: a memo that goes with the decision", key("m")],
    u: ["Undo your last decision about themes, or about segments, by where the focus is", key("u")],
    U: ["Redo it", key("U")],
    C: ["Compare now, where that has not been done", alone(make)],
  }),
});

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const button = event.target.closest("[data-key]"), link = event.target.closest("#comparison a[href^='#']");
  if (link) unfold(link.hash.slice(1));
  else if (button?.id === "make") attempt(alone(make));
  else if (button) attempt(() => alone(act)(button.dataset.key, button.closest(".item")));
});

const known = comparison()?.dataset.seen && !readOnly() ? attempt(about) : Promise.resolve();
document.addEventListener("refreshed", () => { if (comparison()?.dataset.seen && !readOnly()) attempt(about); waiting(); attempt(watch); });
// A page that the browser kept as it was may be older than what was decided since.
addEventListener("pageshow", (event) => { if (event.persisted) attempt(() => again(here()?.id)); });
back();
attempt(watch);
document.body.dataset.ready = "yes";
