/** The codebook: walking and finding codes, their quotes, and editing with a reason. */

import { $, el } from "./dom.js";
import { Refused, get, post } from "./net.js";
import { attempt, keys, readOnly, refreshed, tell, walk } from "./page.js";

const rows = () => [...document.querySelectorAll("#codes tbody tr")];
const go = (id) => { const link = $(id); if (link) location.assign(link.href); };
const open = (address) => location.assign(address);

/** The code that has the focus, or whose page this is. */
function chosen() {
  const place = document.activeElement.closest("[data-code]") || document.querySelector(".one[data-code]");
  return place || null;
}

function step(by) {
  walk(rows().length ? "#codes tr:not([hidden]) a.code" : "main a.walk", by);
}

// --- finding --------------------------------------------------------------------------------------------------------

function find() {
  if ($("find")) $("find").focus();
  else open("/codebook#find");
}

function narrowed() {
  const parts = $("find").value.trim().toLowerCase().split(/\s+/u).filter(Boolean);
  for (const row of rows()) row.hidden = !parts.every((part) => row.dataset.find.includes(part));
  const left = rows().filter((row) => !row.hidden).length;
  $("none-fits").hidden = left > 0;
  tell(parts.length ? `${left} code${left === 1 ? " fits" : "s fit"}.` : "");
}

document.addEventListener("input", (event) => { if (event.target.id === "find") narrowed(); });

document.addEventListener("keydown", (event) => {
  if (event.target.id !== "find") return;
  const first = document.querySelector("#codes tr:not([hidden]) a.code");
  if (event.key === "Enter" && first) open(first.href);
  else if (event.key === "ArrowDown" && first) { event.preventDefault(); first.focus(); }
  else if (event.key === "Escape") { event.preventDefault(); event.target.value = ""; narrowed(); step(1); }
});

// --- editing --------------------------------------------------------------------------------------------------------

const ARROW = /^(.*)(?:→|(?:^|\s)->(?=\s|$))(.*)$/su;
const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);
const known = () => new Set([...$("edit-parent").options].map((option) => option.value));

function exclusionLine(one) {
  if (one.goes_to.length) return `${one.text} → ${one.goes_to.join(" | ")}`;
  return ARROW.test(one.text) ? `${one.text} →` : one.text;
}

/** “text → ID | ID”; commas part ids too, unless an id has one. */
function exclusionOf(line) {
  const found = ARROW.exec(line);
  if (!found) return { text: line, goes_to: [] };
  const ids = found[2].split("|").map((id) => id.trim()).filter(Boolean);
  return { text: found[1].trim(), goes_to: ids.flatMap((id) => (known().has(id) ? [id] : id.split(",").map((part) => part.trim()).filter(Boolean))) };
}

let now = null; // what is edited: {code, seen, before}
let busy = false;
const form = () => Object.fromEntries(new FormData($("edit-form")));

function examples(entry) {
  const kinds = entry.kinds.length ? entry.kinds : [{ id: "", name: "Utterances" }];
  $("edit-examples-body").replaceChildren(...kinds.map((kind, i) => el("p", {}, el("label", { for: `example-${i}` }, kind.name),
    el("textarea", { id: `example-${i}`, name: `example-${i}`, rows: 3, dir: "auto", "data-kind": kind.id }))));
  kinds.forEach((kind, i) => { $(`example-${i}`).value = (entry.examples[kind.id] || []).join("\n"); });
  $("edit-examples").hidden = false;
  $("edit-examples").open = false;
}

function show(title, focus) {
  $("edit-title").textContent = title;
  $("edit-problem").textContent = "";
  now.before = JSON.stringify(form());
  $("edit").showModal();
  focus.focus();
}

async function edit(code) {
  const entry = await get(`/api/codebook/entry?code=${encodeURIComponent(code)}`);
  now = { code, seen: entry.seen };
  $("edit-form").reset();
  $("edit-new").hidden = true;
  for (const field of ["name", "definition", "brief"]) $(`edit-${field}`).value = entry[field];
  $("edit-include").value = entry.include.join("\n");
  $("edit-exclude").value = entry.exclude.map(exclusionLine).join("\n");
  examples(entry);
  const many = entry.decided !== 1;
  $("edit-decided").hidden = entry.decided === 0;
  $("edit-decided").textContent = `${entry.decided} decision${many ? "s" : ""} with this code ${many ? "were" : "was"} made under the wording so far. If what it says changes, ${many ? "their segments are" : "its segment is"} listed to look at again; capitals, punctuation and examples do not count.`;
  show(`Edit ${entry.name}`, $("edit-definition"));
}

function add() {
  const place = chosen();
  now = { code: null, seen: $("book").dataset.seen };
  $("edit-form").reset();
  $("edit-new").hidden = false;
  $("edit-parent").value = place ? place.dataset.under : "";
  $("edit-decided").hidden = true;
  $("edit-examples").hidden = true;
  $("edit-examples-body").replaceChildren();
  show("Add a code", $("edit-code"));
}

function told() {
  const said = form();
  const body = {
    code: now.code ?? said.code.trim(), name: said.name, definition: said.definition, brief: said.brief,
    include: lines(said.include), exclude: lines(said.exclude).map(exclusionOf), reason: said.reason, seen: now.seen,
  };
  if (now.code === null) return { ...body, parent: said.parent };
  const areas = [...$("edit-examples-body").querySelectorAll("textarea")];
  return { ...body, examples: Object.fromEntries(areas.map((area) => [area.dataset.kind, lines(area.value)])) };
}

async function keep() {
  if (busy) return;
  busy = true;
  try {
    const made = await post(`/api/codebook/${now.code === null ? "add" : "edit"}`, told());
    $("edit").close();
    if (now.code === null && !$("codes")) return open(`/codebook/${encodeURIComponent(made.code)}`);
    await refreshed(location.href, "edit-this");
    if ($("find")) narrowed();
    document.querySelector(`#codes [data-code="${CSS.escape(made.code)}"] a.code`)?.focus();
    tell(`${made.sentence}${made.again ? ` ${made.again} segment${made.again === 1 ? "" : "s"} to look at again.` : ""}`);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    $("edit-problem").textContent = `${error.message} ${error.hint}`.trim();
  } finally {
    busy = false;
  }
  return undefined;
}

document.addEventListener("submit", (event) => {
  if (event.target.id !== "edit-form") return;
  event.preventDefault();
  attempt(keep);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.closest("#edit-form")) {
    event.preventDefault();
    $("edit-form").requestSubmit();
  }
});

// What was written is not lost by one Esc. The event does not bubble, so it is caught on its way down.
document.addEventListener("cancel", (event) => {
  if (event.target.id !== "edit" || !now || now.warned || JSON.stringify(form()) === now.before) return;
  event.preventDefault();
  now.warned = true;
  $("edit-problem").textContent = "What you wrote is not kept yet. Esc again leaves it.";
}, true);

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (button) attempt(button.dataset.do === "add" ? add : () => edit(chosen().dataset.code));
});

function editChosen() {
  const place = chosen();
  if (!place) tell("Choose a code first: j and k walk.");
  else return edit(place.dataset.code);
  return undefined;
}

/** Decide again on the segment whose quote has the focus. */
function decide() {
  const link = document.activeElement.closest(".quote")?.querySelector("[data-decide]") || document.activeElement.closest(".todo a");
  if (link) open(link.href);
  else tell("Choose a quote first: j and k walk.");
}

/** What was decided is right under the new wording too; the next one in the list gets the focus. */
async function still() {
  if (busy) return;
  const button = document.activeElement.closest(".todo li")?.querySelector("[data-still]");
  if (!button) { tell(document.querySelector("[data-still]") ? "Choose one of your own in the list: j and k walk." : "Nothing of yours is to be looked at again here."); return; }
  const next = document.activeElement.id.replace("still-", "again-");
  busy = true;
  try {
    const made = await post("/api/codebook/still", { segment: button.dataset.still, code: chosen().dataset.code, seen: Number(button.dataset.seq) });
    await refreshed(location.href, next);
    if (document.activeElement.id !== next) step(1);
    tell(`Still right. ${made.left} left to look at again.`);
  } finally {
    busy = false;
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-still]");
  if (button) { button.focus(); attempt(still); }
});

// --- keys -----------------------------------------------------------------------------------------------------------

const writing = readOnly() ? {} : { e: ["Edit the code, with a reason", editChosen], a: ["Add a code", () => ($("edit") ? add() : undefined)] };
const everywhere = { "/": ["Find a code by a few letters", find], v: ["Versions and what differs", () => open("/codebook/-/versions")] };
if (document.querySelector(".one")) {
  keys({ j: ["Next quote", () => step(1)], k: ["Quote before", () => step(-1)], Enter: ["Open the quote at its place", () => document.activeElement.click()], c: ["Decide again on the quote's segment", decide],
    ...(readOnly() ? {} : { y: ["Still right under the new wording (in the list to look at again)", still] }),
    n: ["Next code", () => go("after")], p: ["Code before", () => go("before")], u: ["All codes", () => go("up")], ...writing, ...everywhere });
} else if (document.querySelector(".versions")) {
  keys({ j: ["Next version", () => step(1)], k: ["Version before", () => step(-1)], Enter: ["What it changed", () => document.activeElement.click()], u: ["All codes", () => go("up")], "/": everywhere["/"] });
} else {
  keys({ j: ["Next code", () => step(1)], k: ["Code before", () => step(-1)], Enter: ["Open the code", () => document.activeElement.click()], ...writing, ...everywhere });
}
if (location.hash === "#find" && $("find")) $("find").focus();
document.body.dataset.ready = "yes";
