/** The framework matrix: moving among its cells, and a cell with its quotes and an analyst's summary. */

import { keys, readOnly, refreshed, tell, warn } from "./page.js";
import { $, el } from "./dom.js";
import { Refused, get, put } from "./net.js";

const dialog = $("cell"), body = $("cell-body");
let shown = null; // the cell in the dialog, as the server sent it
let from = ""; // id of the button that it was opened from
let changed = false; // whether the matrix behind is older than what was stored
let saving = Promise.resolve(true);
let newer = null; // what somebody else wrote meanwhile

// --- moving ----------------------------------------------------------------------------------------------------------

const at = (row, column) => document.querySelector(`.cell[data-row="${row}"][data-column="${column}"]`);

function choose(cell) {
  if (!cell) return;
  for (const one of document.querySelectorAll('.cell[tabindex="0"]')) one.tabIndex = -1;
  cell.tabIndex = 0;
  cell.focus();
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
}

document.addEventListener("keydown", (event) => {
  const cell = event.target.closest?.(".cell");
  if (!cell || event.altKey || event.metaKey) return;
  const row = Number(cell.dataset.row), column = Number(cell.dataset.column);
  const last = document.querySelectorAll(".cell[data-row='0']").length - 1, bottom = document.querySelectorAll(".cell[data-column='0']").length - 1;
  const to = {
    ArrowUp: [row - 1, column], ArrowDown: [row + 1, column], ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1],
    PageUp: [Math.max(0, row - 5), column], PageDown: [Math.min(bottom, row + 5), column],
    Home: [event.ctrlKey ? 0 : row, 0], End: [event.ctrlKey ? bottom : row, last],
  }[event.key];
  if (!to) return;
  event.preventDefault();
  choose(at(...to));
});

// --- a cell ----------------------------------------------------------------------------------------------------------

const query = (cell) => new URLSearchParams({ kind: $("matrix").dataset.kind, participant: cell.participant, category: cell.category });
const dirty = () => shown !== null && !readOnly() && body.value.trim() !== shown.body;
const day = (time) => new Date(time).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });

function quote(one) {
  const where = `/transcripts/${encodeURIComponent(one.transcript)}?segment=${encodeURIComponent(one.segment)}#here`;
  return el("figure", {}, el("blockquote", { dir: "auto" }, one.text),
    el("figcaption", {}, el("a", { href: where }, one.place), one.there ? " · " : "",
      one.there ? el("a", { href: `/?segment=${encodeURIComponent(one.segment)}`, "aria-label": `${one.place}: coding view` }, "coding view") : "",
      " · ", el("span", { dir: "auto" }, one.codes.join(", "))));
}

function version(one, place) {
  const again = place > 0 && !readOnly() && el("button", { type: "button", "data-again": place }, one.body ? "Bring back" : "Take the words out again");
  return el("li", {}, el("p", { dir: "auto" }, one.body || "(taken out)"), el("p", { class: "small", dir: "auto" }, `${one.coder}, ${day(one.written_at)}${place ? "" : " · stands now"}`), again || "");
}

/** Show what the server knows of the cell; `words` = what stands in the field meanwhile, null for what is stored. */
function draw(found, words = null) {
  shown = found;
  newer = null;
  $("cell-newer").hidden = true;
  $("cell-title").textContent = `${found.participant} · ${found.category_name}`;
  if (words === null) body.value = found.body;
  $("cell-count").textContent = found.segments ? `${found.segments} ${found.segments === 1 ? "passage" : "passages"}` : "Nothing said";
  $("cell-quotes").replaceChildren(...found.passages.map(quote));
  $("cell-earlier").hidden = found.versions.length === 0 || (found.versions.length === 1 && !readOnly());
  $("cell-earlier-title").textContent = `Versions of the summary (${found.versions.length})`;
  $("cell-versions").replaceChildren(...found.versions.map(version));
}

/** The dialog opens before its cell has come, so that what somebody types at once is no key of the page. */
async function open(button) {
  from = button.id;
  shown = null;
  body.value = "";
  body.readOnly = true;
  say("Loading …");
  $("cell-alert").textContent = "";
  $("cell-title").textContent = `${button.dataset.participant} · …`;
  $("cell-quotes").replaceChildren();
  $("cell-earlier").open = false;
  dialog.showModal();
  if (!readOnly()) body.focus();
  try {
    draw(await get(`/api/tables/cell?${query(button.dataset)}`));
  } catch (error) {
    say("");
    return failed(error);
  }
  body.readOnly = false;
  return say(readOnly() ? shown.body : "");
}

const say = (text) => { $("cell-said").textContent = text; };

function failed(error) {
  const text = error instanceof Refused ? `${error.message} ${error.hint}`.trim() : "The program does not answer. Is it still running in the terminal? What you wrote is kept here.";
  if (dialog.open) $("cell-alert").textContent = text;
  else warn(text);
}

async function store(words) {
  $("cell-alert").textContent = "";
  try {
    const found = await put("/api/tables/summary", { kind: shown.kind, participant: shown.participant, category: shown.category, body: words, seen: shown.seen });
    changed = true;
    draw(found, body.value.trim() === words ? null : body.value);
    say(words ? "Saved." : "Taken out; earlier versions are kept.");
    return true;
  } catch (error) {
    failed(error);
    if (error instanceof Refused && error.status === 409) await conflict();
    return false;
  }
}

/** One write after the other, so that a write never meets its own. */
function save(words) {
  saving = saving.then(() => (words === undefined && !dirty() ? true : store(words === undefined ? body.value.trim() : words)));
  return saving;
}

async function conflict() {
  newer = await get(`/api/tables/cell?${query(shown)}`);
  $("cell-newer-body").textContent = newer.body || "(taken out)";
  $("cell-newer").hidden = false;
  $("cell-mine").focus();
}

async function close() {
  if (await save()) dialog.close();
}

body.addEventListener("blur", () => { if (!newer && dialog.open) save(); });
body.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); close(); }
});
body.addEventListener("input", () => say(""));
dialog.addEventListener("cancel", (event) => { event.preventDefault(); if (newer) draw(newer); close(); });
dialog.addEventListener("close", async () => {
  shown = null;
  if (changed) {
    changed = false;
    const left = from;
    await refreshed(location.href, left);
    choose($(left));
    tell("Saved.");
  } else choose($(from));
});
$("cell-close").addEventListener("click", close);
$("cell-mine").addEventListener("click", () => { const words = body.value; draw(newer, words); save(); body.focus(); });
$("cell-theirs").addEventListener("click", () => { changed = true; draw(newer); say("Theirs stands."); $("cell-alert").textContent = ""; body.focus(); });
$("cell-versions").addEventListener("click", async (event) => {
  const button = event.target.closest("[data-again]");
  if (!button) return;
  const words = shown.versions[Number(button.dataset.again)].body;
  body.value = words;
  if (await save(words)) { say("Brought back."); body.focus(); }
});
addEventListener("beforeunload", (event) => { if (dirty()) event.preventDefault(); });

document.addEventListener("click", (event) => {
  const button = event.target.closest(".cell");
  if (button) open(button);
});

keys({
  "← → ↑ ↓": ["Move among the cells; Home, End, PgUp, PgDn too", () => undefined],
  "↵": ["Enter: open the cell", () => undefined],
  j: ["Into the matrix", () => choose(document.querySelector('.cell[tabindex="0"]'))],
  m: ["The other matrix", () => { const link = document.querySelector(".way-matrix:not([aria-current])"); if (link) link.click(); }],
  t: ["Tables", () => $("way-tables").click()],
});
document.body.dataset.ready = "yes";
