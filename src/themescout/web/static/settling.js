/** Settling disagreements: the segment that has the focus, by single keys. */

import { $, el } from "./dom.js";
import { askKind, pickCode, writeMemo } from "./dialogs.js";
import { get, newKey, surely, post } from "./net.js";
import { asked, attempt, readOnly, refreshed, tell, walk, warn } from "./page.js";
import { kindKeys, kindName, nameOf, state } from "./state.js";

let busy = false;
const memos = new Map(); // segment to the memo that waits for its settlement
const here = () => document.activeElement?.closest?.(".difference");
const words = (label) => [nameOf(label.code), label.kind ? kindName(label.kind) : ""].filter(Boolean).join(" · ");

/** One thing at a time: what is pressed while a settlement is on its way is meant for no other segment. */
const alone = (work) => async (...given) => {
  if (busy) return;
  busy = true;
  try { await work(...given); } finally { busy = false; }
};

function chosen() {
  const found = here();
  if (!found) tell("Choose a segment first: j goes to the next one.");
  return found;
}

async function settle(segment, labels, what) {
  const body = { segment: segment.dataset.segment, seen: Number(segment.dataset.seen), labels, memo: memos.get(segment.dataset.segment) || "", key: newKey() };
  const all = [...document.querySelectorAll(".difference")], at = all.indexOf(segment);
  const after = all[at + 1] || all[at - 1];
  try {
    await surely("/api/coders/settle", body, () => warn("The program does not answer. Your settlement is kept here and sent again."));
  } catch (error) {
    if (error.status === 409) await refreshed(location.href, segment.id);
    throw error;
  }
  memos.delete(segment.dataset.segment);
  await refreshed(location.href, segment.id);
  if (!$(segment.id) && after) focusOn(after.id);
  tell(`Settled: ${what}. u takes it back.`);
}

function focusOn(id) {
  const found = $(id) || document.querySelector(".difference");
  if (!found) return;
  found.focus();
  found.scrollIntoView({ block: "nearest" });
}

async function side(number) {
  const segment = chosen();
  if (!segment) return;
  const button = segment.querySelectorAll(".side-by")[number - 1]?.querySelector(".choose");
  if (button) await take(segment, button);
  else tell(`Nothing can be taken over from a coder ${number} here.`);
}

function take(segment, button) {
  const labels = JSON.parse(button.dataset.labels);
  return settle(segment, labels, `what ${button.dataset.name} says`);
}

// Asked for at once: the letters of a code are typed directly after the key that finds it.
async function about() {
  state.about = await get("/api/state");
  state.codes = new Map(state.about.codes.map((one) => [one.id, one]));
}

const known = !readOnly() && $("settling") ? attempt(about) : null;

/** One label by a few letters and a key; null where it was left. */
async function oneLabel() {
  const code = await pickCode("Settle with which code?");
  if (!code) return null;
  if (!kindKeys().length) return { kind: null, code };
  const kind = await askKind();
  return kind ? { kind, code } : null;
}

async function others(segment = chosen()) {
  if (!segment) return;
  await known;
  const labels = [];
  for (;;) {
    const label = await oneLabel();
    if (label && !labels.some((one) => one.code === label.code && one.kind === label.kind)) labels.push(label);
    if (!labels.length) { segment.focus(); return; }
    $("settling-labels").replaceChildren(...labels.map((one) => el("li", {}, words(one))));
    const answer = await asked($("settling"), $("settling-yes"));
    const way = $("settling").returnValue;
    if (!answer) { segment.focus(); return; }
    if (way === "settle") break;
  }
  await settle(segment, labels, labels.map(words).join("; "));
}

async function nothing(segment = chosen()) {
  if (segment) await settle(segment, [], "nothing to code");
}

async function memo(segment = chosen()) {
  if (!segment) return;
  const text = await writeMemo(memos.get(segment.dataset.segment) || "");
  if (text !== null) memos.set(segment.dataset.segment, text);
  waiting();
  segment.focus();
}

/** Show the memos that wait for their settlement. */
function waiting() {
  for (const segment of document.querySelectorAll(".difference")) {
    const place = segment.querySelector(".waiting"), text = memos.get(segment.dataset.segment) || "";
    if (!place) continue;
    place.hidden = !text;
    place.replaceChildren(...(text ? ["Memo for the settlement: ", el("span", { dir: "auto" }, text)] : []));
  }
}

async function undo() {
  const found = await post("/api/coders/undo", {});
  await refreshed(location.href, `s-${found.decision.segment}`);
  tell(`Taken back: ${found.labels.join("; ") || "nothing to code"}.`);
}

document.addEventListener("refreshed", waiting);
document.addEventListener("click", (event) => {
  const button = event.target.closest("button"), segment = button?.closest(".difference");
  if (!segment) return;
  if (button.matches(".choose")) attempt(() => alone(take)(segment, button));
  else if (button.dataset.do) attempt(() => alone({ others, nothing, memo }[button.dataset.do])(segment));
});
document.addEventListener("keydown", (event) => {
  if (event.key === "+" && $("settling")?.open) { event.preventDefault(); $("settling-add").click(); }
});

const move = {
  j: ["The next segment", () => walk(".difference", 1)],
  k: ["The segment before", () => walk(".difference", -1)],
  c: ["Back to the view of coders", () => { location.href = "/coders"; }],
};
const writing = {
  ...Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => [String(number), [`Settle with what coder ${number} says`, () => alone(side)(number)]])),
  o: ["Settle with other labels", () => alone(others)()],
  n: ["Settle: nothing to code", () => alone(nothing)()],
  m: ["A memo that goes with the settlement", () => alone(memo)()],
  u: ["Take the last settlement back", alone(undo)],
};
export const SETTLING = readOnly() ? move : { ...move, ...writing };
