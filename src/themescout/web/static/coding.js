/** The coding view: one segment after the other, by single keys. */

import "./menu.js";
import { $, points, words as wordsOf } from "./dom.js";
import { Refused, get, newKey, post, put, surely } from "./net.js";
import { ACTIONS, actionMap, keyMap } from "./keys.js";
import { drawActions, drawCard, drawFar, drawPanel, drawTurns, showSegment } from "./cardview.js";
import { askKind, chooseFromHistory, helpSheet, pickCode, writeMemo } from "./dialogs.js";
import { isKind, kindKeys, kindName, kindToBe, listed, nameOf, seconds, state, words } from "./state.js";

const tell = (text) => { $("message").textContent = text; };
const warn = (text) => { $("alert").textContent = text; };
const READS = new Set(["evidence", "definition", "history", "help", "back", "forward", "order", "later", "jump", "arrange"]);

// --- showing ---------------------------------------------------------------------------------------------------------

async function show(card, far, turns = null) {
  Object.assign(state, { card, kind: null, span: null, choosing: false, adding: false, panel: "", defined: -1, hidden: 0 });
  if (far) state.far = far;
  if (turns) state.turns = turns;
  drawFar();
  drawCard(act);
  if (card) {
    if (!here(card)) state.turns = await get(`/api/transcripts/${encodeURIComponent(card.transcript)}/turns?around=${card.turn}`);
    if (state.card !== card) return;
    drawTurns(more);
    showSegment();
  }
  state.shown = performance.now();
}

const here = (card) => state.turns && state.turns.transcript === card.transcript && state.turns.turns.some((turn) => turn.seq === card.turn);

/** The turns that are on the page, for the server, which then need not send them again. */
function has() {
  const turns = state.turns ? state.turns.turns : [];
  return turns.length ? { transcript: state.turns.transcript, first: turns[0].seq, last: turns[turns.length - 1].seq } : null;
}

async function more(seq, way) {
  const card = state.card, box = $("turns"), height = box.scrollHeight, top = box.scrollTop;
  const found = await get(`/api/transcripts/${encodeURIComponent(card.transcript)}/turns?around=${seq}`);
  const known = new Map([...state.turns.turns, ...found.turns].map((turn) => [turn.seq, turn]));
  state.turns.turns = [...known.values()].sort((a, b) => a.seq - b.seq);
  drawTurns(more);
  box.scrollTop = way === "up" ? top + box.scrollHeight - height : top;
}

async function present(message = "") {
  state.looking = -1;
  const found = await get(`/api/next?order=${state.order}`);
  await show(found.card, found.far, found.turns);
  tell(message);
}

// --- deciding --------------------------------------------------------------------------------------------------------

async function send(answer) {
  const card = state.card;
  const body = { ...answer, segment: card.segment, seen: card.seen, memo: state.memos.get(card.segment) || "", span: state.span, seconds: Math.max(0, seconds()), key: newKey(), order: state.looking < 0 ? state.order : null, then: state.order, has: has() };
  const stored = await surely("/api/decisions", body, () => warn("The program does not answer. Your decision is kept here and sent again."));
  warn(stored.warning);
  state.memos.delete(card.segment);
  state.past = [...state.past.filter((one) => one !== card.segment), card.segment];
  state.looking = -1;
  const revealed = stored.revealed ? ` The machine would have said: ${stored.revealed === "neither" ? "nothing to code" : nameOf(stored.revealed)}.` : "";
  await show(stored.card, stored.far, stored.turns);
  tell(`${{ accept: "Accepted", add: "Added" }[stored.decision.verdict] || "Stored"}: ${words(stored.decision)}.${revealed}`);
}

async function code(id, kind) {
  const adding = state.adding;
  let chosen = kind === undefined ? kindToBe() : kind;
  if (kindKeys().length && (!isKind(chosen) || (adding && kind === undefined && !state.kind))) {
    chosen = await askKind();
    if (!chosen) return;
  }
  if (adding && state.card.mine.some((one) => one.code === id && one.kind === chosen)) return tell("The segment has this code already.");
  await send({ says: adding ? "add" : "code", code: id, kind: chosen });
}

async function accept() {
  const said = state.card.suggestion;
  if (!said) return tell("There is no suggestion to accept. Find a code, or say that there is nothing to code.");
  if (said.kind === "neither" && !state.kind) return send({ says: "nothing" });
  if (said.abstained && !state.kind) return tell("Nothing was suggested. Choose a code by its number or find one, or say that there is nothing to code.");
  const first = listed()[0];
  if (!first || first.code !== said.ranked[0].code) return tell("The suggested code is not in the codebook. Find another one.");
  return code(first.code, state.kind || said.kind);
}

async function numbered(place) {
  const one = listed()[place - 1];
  return one ? code(one.code) : tell(`There is no code ${place} here. Find one by its letters.`);
}

async function find() {
  const id = await pickCode(state.adding ? "Add a code" : "Find a code");
  if (id) await code(id);
}

async function look(segment, message) {
  const card = await get(`/api/segments/${encodeURIComponent(segment)}`);
  state.looking = state.past.indexOf(segment);
  await show(card, null);
  tell(message || "You look at an earlier decision; deciding now replaces it. Esc goes back to where you were.");
}

async function add() {
  if (state.adding) return find();
  const last = state.past[state.past.length - 1];
  const other = state.looking < 0 && !state.card?.mine.length;
  if (other && !last) return tell("Nothing is decided yet: another code is added to a decided segment.");
  // The letters that follow are for finding the code: its dialog opens at once, over the segment that comes.
  const there = other ? look(last) : Promise.resolve();
  const id = await pickCode("Add a code");
  const kind = id && kindKeys().length && !state.kind ? await askKind() : state.kind;
  await there;
  state.adding = true;
  if (id && (kind || !kindKeys().length)) return code(id, kind);
  return tell("Add another code to this segment: a number, or letters. Esc goes back.");
}

async function back() {
  const place = state.looking < 0 ? state.past.length - 1 : state.looking - 1;
  return place < 0 ? tell("There is no decided segment before this one.") : look(state.past[place]);
}

async function forward() {
  if (state.looking < 0) return undefined;
  return state.looking + 1 < state.past.length ? look(state.past[state.looking + 1]) : present();
}

async function again(path, word) {
  const found = await post(path, {});
  const segment = found.decision.segment;
  state.far = found.far;
  if (!found.card) return present(`${word}: ${words(found.decision)}. Its segment has gone with its transcript.`);
  if (word === "Redone") {
    state.past = [...state.past.filter((one) => one !== segment), segment];
    return present(`${word}: ${words(found.decision)}.`);
  }
  if (!found.card.mine.length) state.past = state.past.filter((one) => one !== segment);
  state.looking = found.card.mine.length ? state.past.indexOf(segment) : -1;
  await show(found.card, found.far);
  return tell(`${word}: ${words(found.decision)}.`);
}

async function aside(path) {
  if (state.looking >= 0) return present();
  const found = await post(path, { segment: state.card.segment, order: state.order });
  await show(found.card, found.far, found.turns);
  return tell(path.endsWith("jump") ? `${found.put_aside} put aside for the end.` : "Put aside; it comes again at the end.");
}

async function reorder() {
  const all = state.about.orders;
  state.order = all[(all.indexOf(state.order) + 1) % all.length];
  await present(`Order: ${state.order}.`);
}

function panel(which) {
  if (which === "evidence") Object.assign(state, { panel: state.panel === "evidence" ? "" : "evidence", defined: -1 });
  else {
    const next = state.panel === "definition" ? state.defined + 1 : 0;
    if (!listed().length) return tell("No code is suggested. When you find a code, its definition is shown.");
    Object.assign(state, next < listed().length ? { panel: "definition", defined: next } : { panel: "", defined: -1 });
  }
  drawPanel();
  if (!$("panel").hidden) $("panel").scrollIntoView({ block: "nearest" });
  return undefined;
}

async function memo() {
  const text = await writeMemo(state.memos.get(state.card.segment) || "");
  if (text === null) return;
  if (text) state.memos.set(state.card.segment, text);
  else state.memos.delete(state.card.segment);
  tell(text ? "The memo goes with your decision on this segment." : "No memo.");
}

async function help() {
  const chosen = await helpSheet();
  if (!chosen) return;
  await put("/api/preferences", chosen);
  await about();
  await present("Kept.");
}

// --- the words that matter -------------------------------------------------------------------------------------------

const turnHere = () => state.turns.turns.find((turn) => turn.seq === state.card.turn);

function chooseWords() {
  const selected = selection();
  if (selected) {
    state.span = selected;
    drawTurns(more);
    return tell("These words are what you decide on.");
  }
  state.choosing = !state.choosing;
  if (state.choosing) state.span = state.span || [state.card.start, state.card.end];
  drawTurns(more);
  return tell(state.choosing ? "← → move the beginning, Shift and ← → the end; Enter keeps the words, Esc takes all of them." : "These words are what you decide on.");
}

/** What is selected with the mouse, as whole words of the turn; null where it lies outside. */
function selection() {
  const chosen = getSelection(), body = document.querySelector("#turns .here .words");
  if (!chosen || chosen.isCollapsed || !body || !body.contains(chosen.anchorNode) || !body.contains(chosen.focusNode)) return null;
  const range = chosen.getRangeAt(0), before = range.cloneRange();
  before.selectNodeContents(body);
  before.setEnd(range.startContainer, range.startOffset);
  const start = turnHere().start + points(before.toString()).length, end = start + points(range.toString()).length;
  const hit = wordsOf(turnHere().text, turnHere().start).filter(([s, e]) => s < end && e > start);
  chosen.removeAllRanges();
  return hit.length ? [hit[0][0], hit[hit.length - 1][1]] : null;
}

function moveSpan(step, last) {
  const all = wordsOf(turnHere().text, turnHere().start);
  let [s, e] = state.span;
  let first = all.findIndex(([, end]) => end > s), final = all.findLastIndex(([start]) => start < e);
  if (last) final = Math.max(first, Math.min(all.length - 1, final + step));
  else first = Math.min(final, Math.max(0, first + step));
  s = all[first][0];
  e = all[final][1];
  state.span = [s, e];
  drawTurns(more);
}

function spanKey(event) {
  if (event.key === "ArrowLeft" || event.key === "ArrowRight") moveSpan(event.key === "ArrowLeft" ? -1 : 1, event.shiftKey);
  else if (event.key === "Enter") chooseWords();
  else if (event.key === "Escape") { Object.assign(state, { span: null, choosing: false }); drawTurns(more); tell("All words of the segment."); }
  else return false;
  return true;
}

// --- keys ------------------------------------------------------------------------------------------------------------

const DO = {
  accept, nothing: () => send({ says: "nothing" }), find, unsure: () => send({ says: "unsure" }), later: () => aside("/api/later"), add, memo, words: chooseWords,
  evidence: () => panel("evidence"), definition: () => panel("definition"), undo: () => again("/api/undo", "Undone"), redo: () => again("/api/redo", "Redone"), back, forward,
  history: async () => { const segment = await chooseFromHistory(); if (segment) await look(segment); },
  alone: () => { const kind = kindToBe(); return kind ? send({ says: "code", kind, code: null }) : tell("Say first which kind it is."); },
  jump: () => aside("/api/jump"), order: reorder, arrange: async () => { if (state.card) { const found = await post("/api/arrange", { segment: state.card.segment, order: state.order }); await show(found.card, found.far, found.turns); tell("The order was made anew."); } }, help,
};

/** Do what a key or a button asks for; one thing at a time, and nothing to a segment that is not on the screen. */
async function act(name) {
  if (state.busy || !state.about) return;
  const kind = kindKeys().find((one) => one.key === name);
  const number = /^[1-9]$/.test(name) ? Number(name) : 0;
  if (!state.card && !["undo", "redo", "history", "help", "order", "back", "add"].includes(name)) return;
  if (state.about.read_only && !READS.has(name) && !kind) { tell("This review is for reading only."); return; }
  if (kind) {
    state.kind = state.kind === kind.id ? null : kind.id;
    drawCard(act);
    drawTurns(more);
    tell(state.kind ? `Kind: ${kindName(state.kind)}.` : "No kind chosen.");
    return;
  }
  state.busy = true;
  try {
    await (number ? numbered(number) : DO[name]());
  } catch (error) {
    await failed(error);
  } finally {
    state.busy = false;
  }
}

async function failed(error) {
  if (error instanceof Refused) {
    if (error.card) await show(error.card, null);
    warn(`${error.message} ${error.hint}`.trim());
  } else warn("The program does not answer. Is it still running in the terminal?");
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (event.target.closest("input, textarea, select") && !event.target.closest("dialog:not([open])")) return;
  if (state.choosing && spanKey(event)) { event.preventDefault(); return; }
  const page = { PageUp: -0.8, PageDown: 0.8, ArrowUp: -0.15, ArrowDown: 0.15 }[event.key];
  if (page) { $("turns").scrollBy({ top: page * $("turns").clientHeight }); event.preventDefault(); return; }
  if (event.key === "Escape") { if (state.panel) { state.panel = ""; drawPanel(); } else if (state.looking >= 0 || state.adding) act("present"); return; }
  const name = { ArrowLeft: "back", ArrowRight: "forward" }[event.key] || (state.about?.single_keys ? state.actions.get(event.key) || (/^[1-9br]$/.test(event.key) ? event.key : null) : null);
  if (!name || event.repeat) return;
  event.preventDefault();
  warn("");
  act(name);
});
DO.present = () => present("");

let away = 0;
document.addEventListener("visibilitychange", () => {
  if (document.hidden) away = performance.now();
  else state.hidden += performance.now() - away;
});

async function about() {
  state.about = await get("/api/state");
  state.codes = new Map(state.about.codes.map((one) => [one.id, one]));
  state.keys = keyMap(state.about.keys);
  state.actions = actionMap(state.keys);
  drawActions(ACTIONS, state.keys, act);
}

async function start() {
  const asked = new URLSearchParams(location.search);
  state.order = $("desk").dataset.order;
  const [, past, found] = await Promise.all([about(), get("/api/history?limit=200"), get(`/api/next?order=${state.order}`)]);
  state.past = [...new Set(past.decisions.filter((one) => one.holds).map((one) => one.segment))].reverse();
  state.far = found.far;
  if (asked.get("segment")) await look(asked.get("segment"));
  else await show(found.card, found.far, found.turns);
  document.body.dataset.ready = "yes";
}

start().catch(failed);
