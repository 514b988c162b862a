/** Drawing the card, its interview and the side panels. */

import { $, bar, el, percent, points } from "./dom.js";
import { byId, isKind, kindKeys, kindName, kindToBe, listed, nameOf, state, words } from "./state.js";

const clock = (s) => (s === null ? "" : new Date(1000 * s).toISOString().slice(11, 19));

export function drawFar() {
  const { decided, total, live } = state.far;
  $("far").dataset.live = live ? "yes" : "no";
  $("far").textContent = `${decided} of ${total} decided · by ${state.order}${live ? "" : " · suggestions are being prepared"}`;
}

export function drawCard(act) {
  const card = state.card;
  if (!card) {
    $("where").textContent = "Everything is decided.";
    $("turns").replaceChildren(el("p", { class: "done" }, "Well done. With the history you can look at any decision again; another order may hold a sample to read."));
    for (const id of ["said", "kinds", "standing", "panel"]) $(id).hidden = true;
    return;
  }
  $("where").textContent = card.who;
  drawSuggestion(card, act);
  drawKinds(act);
  drawStanding(card);
  drawPanel();
}

export function drawTurns(more) {
  const card = state.card, found = state.turns;
  if (!card || !found) return;
  const place = `turn ${card.turn + 1} of ${found.count}`;
  const here = found.turns.find((turn) => turn.seq === card.turn);
  $("where").textContent = [card.who, place, here ? clock(here.start_s) : "", card.theme ? `theme: ${card.theme}` : ""].filter(Boolean).join(" · ");
  const first = found.turns[0], last = found.turns[found.turns.length - 1];
  const parts = found.turns.map((turn) => drawTurn(turn, card));
  if (first && first.seq > 0) parts.unshift(el("button", { type: "button", class: "more", onclick: () => more(first.seq, "up") }, "Earlier turns"));
  if (last && last.seq < found.count - 1) parts.push(el("button", { type: "button", class: "more", onclick: () => more(last.seq, "down") }, "Later turns"));
  $("turns").dataset.segment = card.segment;
  $("turns").replaceChildren(...parts);
}

export function showSegment() {
  const mark = document.querySelector("#turns .segment");
  if (mark) mark.scrollIntoView({ block: "center", behavior: "instant" });
}

function drawTurn(turn, card) {
  const body = el("p", { dir: "auto", class: "words" });
  if (turn.seq === card.turn) {
    const text = points(turn.text), from = turn.start;
    const piece = (a, b) => text.slice(Math.max(0, a - from), Math.max(0, b - from)).join("");
    const [s, e] = state.span || [card.start, card.end];
    const first = Math.min(s, card.start), last = Math.max(e, card.end);
    const whole = el("mark", { class: "segment" }, state.span ? piece(first, s) : "", state.span ? el("strong", { class: "chosen" }, piece(s, e)) : piece(s, e), state.span ? piece(e, last) : "");
    body.append(piece(from, first), whole, piece(last, turn.end));
  } else body.append(turn.text);
  return el("div", { class: `turn ${turn.role}${turn.seq === card.turn ? " here" : ""}`, "data-seq": turn.seq }, el("p", { class: "speaker small", dir: "auto" }, turn.speaker), body);
}

function drawSuggestion(card, act) {
  $("said").hidden = false;
  const said = card.suggestion, box = $("suggestion");
  if (card.reason === "drawn") return box.replaceChildren(el("p", { class: "note" }, "This segment was drawn to be decided without a suggestion first, so that the suggestions' influence can be measured."));
  if (card.reason === "independent") return box.replaceChildren(el("p", { class: "note" }, "You work independently: suggestions and what others decided are hidden."));
  if (!said) return box.replaceChildren(el("p", { class: "note" }, "There is no suggestion for this segment."));
  const parts = [];
  if (said.abstained) parts.push(el("p", { class: "note" }, "The machine would rather say nothing; the codes below are guesses."));
  if (kindKeys().length && said.kind) parts.push(el("p", { class: "kind-said" }, `${said.kind === "neither" ? "Nothing to code" : kindName(said.kind)} `, el("span", { class: "small" }, percent(said.kind_p))));
  if (said.together && said.together.length > 1) parts.push(el("p", { class: "small" }, `Hard to tell apart: ${said.together.map(nameOf).join(", ")}`));
  parts.push(el("ol", { class: "codes" }, ...listed().map((one, i) => el("li", {}, el("button", { type: "button", onclick: () => act(String(i + 1)), disabled: state.about.read_only },
    el("kbd", {}, String(i + 1)), el("span", { class: "code-name" }, nameOf(one.code), category(byId(one.code))), el("span", { class: "p" }, bar(one.p), percent(one.p)))))));
  box.replaceChildren(...parts);
}

/** The category of a code, where its name does not say it. */
function category(code) {
  const said = code.name.toLowerCase().includes(code.category.toLowerCase());
  return said ? null : el("span", { class: "small category" }, code.category);
}

function drawKinds(act) {
  const kinds = kindKeys();
  $("kinds").hidden = !kinds.length;
  $("kind-buttons").replaceChildren(...kinds.map((kind) => el("button", { type: "button", "aria-pressed": String(state.kind === kind.id), onclick: () => act(kind.key) }, el("kbd", {}, kind.key), kind.name)));
  const toBe = kindToBe();
  if (toBe && !state.kind) $("kind-buttons").append(el("span", { class: "small" }, `A code chosen now gets: ${kindName(toBe)}`));
}

function drawStanding(card) {
  const lines = [...card.mine, ...card.others, ...(card.settled ? [card.settled] : [])];
  $("standing").hidden = !lines.length;
  $("standing-list").replaceChildren(...lines.map((one) => el("li", { dir: "auto" }, el("strong", {}, one.coder === state.about.coder ? "You" : one.coder), `: ${words(one)}`, one.verdict === "settle" ? " (settled)" : "", one.memo ? el("span", { class: "small memo" }, ` “${one.memo}”`) : "")));
}

export function drawPanel() {
  const open = state.card && state.panel;
  $("panel").hidden = !open;
  if (!open) return;
  if (state.panel === "evidence") drawEvidence();
  else {
    const one = listed()[state.defined];
    if (!one) { $("panel").hidden = true; return; }
    $("panel-title").textContent = nameOf(one.code);
    $("panel-body").replaceChildren(...definition(byId(one.code)));
  }
}

/** A code's definition, what counts and what does not. */
export function definition(code) {
  const list = (title, items) => (items.length ? [el("p", { class: "small label" }, title), el("ul", {}, ...items.map((item) => el("li", { dir: "auto" }, item)))] : []);
  return [el("p", { dir: "auto" }, code.definition || code.brief || "This code has no definition."), ...list("Include", code.include), ...list("Not here", code.exclude)];
}

const SOURCES = { definition: "definition", include: "what counts", example: "the codebook's example", keyword: "keyword", barrier: "barrier in the codebook", question: "question in the codebook", precedent: "you decided so", rejected: "you rejected it for" };

function drawEvidence() {
  $("panel-title").textContent = "Why these codes";
  const parts = listed().slice(0, 3).flatMap((one) => [el("h3", {}, nameOf(one.code)), el("ul", { class: "evidence" }, ...one.evidence.map((item) =>
    el("li", { class: item.source === "rejected" ? "against" : "" }, el("span", { class: "small" }, `${SOURCES[item.source] || item.source}${item.place ? `, ${item.place}` : ""}: `), el("q", { dir: "auto" }, item.text))))]);
  $("panel-body").replaceChildren(...(parts.length ? parts : [el("p", {}, "There is nothing to show.")]));
}

export function drawActions(actions, keys, act) {
  $("actions").replaceChildren(...Object.entries(actions).filter(([, [, word]]) => word).map(([action, [, word, long]]) =>
    el("button", { type: "button", "data-action": action, title: long, onclick: () => act(action) }, el("kbd", {}, keys[action]), word)));
}

export { isKind };
