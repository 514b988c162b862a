/** The view of interviews: walking through the list, or through the segments of one that is read. */

import { attempt, keys, tell, walk } from "./page.js";
import { $, el, percent } from "./dom.js";
import { get } from "./net.js";

const interview = document.querySelector(".interview");
const here = () => document.activeElement?.closest("[data-segment]")?.dataset.segment || "";

function follow(id, otherwise) {
  const link = $(id);
  return link ? link.click() : tell(otherwise);
}

/** The other way of reading, at the same segment. */
function toggle() {
  const address = new URL($(interview.classList.contains("plain") ? "with-codes" : "text-alone").href);
  const segment = here() || new URLSearchParams(location.search).get("segment");
  if (segment) { address.searchParams.set("segment", segment); address.hash = "here"; }
  location.assign(address);
}

const open = () => { if (here()) location.assign(`/?segment=${encodeURIComponent(here())}`); };

// --- suggestions come after the page, some at a time: nobody waits for them ---------------------------------------------

function hint(one) {
  const place = document.querySelector(`[data-segment="${CSS.escape(one.segment)}"] .margin`);
  if (!place || place.querySelector(".hint")) return;
  place.prepend(el("p", { class: "hint" }, el("span", { class: "unseen" }, "Suggested: "), el("span", { dir: "auto" }, one.says), one.kind ? ` · ${one.kind}` : "", ` ${percent(one.p)}`));
}

async function hints() {
  for (let first = 0; first !== null;) {
    const found = await get(`/api/transcripts/${encodeURIComponent(interview.dataset.transcript)}/suggested?first=${first}`);
    found.hints.forEach(hint);
    first = found.following;
  }
  interview.dataset.hints = "done";
}

// --- a note and its words --------------------------------------------------------------------------------------------

function lit(event) {
  for (const piece of document.querySelectorAll(".lit")) piece.classList.remove("lit");
  const note = event.target.closest?.("[data-note]");
  if (!note || event.type === "mouseout") return;
  for (const piece of document.querySelectorAll(`mark[data-notes~="${note.dataset.note}"]`)) piece.classList.add("lit");
}

if (interview) {
  keys({
    j: ["Next segment", () => walk("[data-segment]", 1)],
    k: ["Segment before", () => walk("[data-segment]", -1)],
    "↵": ["Enter: open the segment in the coding view", open],
    r: ["Text alone, or with codes", toggle],
    n: ["Next interview", () => follow("after", "This is the last interview.")],
    p: ["Interview before", () => follow("before", "This is the first interview.")],
    l: ["List of interviews", () => location.assign("/transcripts")],
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("[data-segment]")) open();
  });
  for (const kind of ["mouseover", "mouseout", "focusin"]) interview.addEventListener(kind, lit);
  const asked = $("here");
  if (asked) {
    asked.focus({ preventScroll: true });
    asked.scrollIntoView({ block: "center" });
  }
  if (interview.dataset.hints === "yes") attempt(hints);
} else {
  keys({
    j: ["Next interview", () => walk(".item", 1)],
    k: ["Interview before", () => walk(".item", -1)],
    "↵": ["Enter: open the interview", () => undefined],
  });
}
document.body.dataset.ready = "yes";
