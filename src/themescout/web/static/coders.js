/** The view of coders: sorting the table, working apart; on the page of disagreements, settling by keys. */

import { $ } from "./dom.js";
import { get, put } from "./net.js";
import { attempt, keys, readOnly, refreshed, tell } from "./page.js";
import { SETTLING } from "./settling.js";

const reading = {
  l: ["Compare codes, categories or kinds: the next", () => next("a[id^='level-']")],
  p: ["Another pair of coders", () => next("a[id^='group-']")],
  b: ["Other decisions: independent, first, now", () => next("a[id^='basis-']")],
  d: ["Disagreements, side by side", () => { location.href = "/coders/disagreements"; }],
  e: ["What the measures mean", explain],
};

let going = Promise.resolve(); // a key that is pressed before the page has followed the one before waits for it

/** Go to the choice after the chosen one, and from the last to the first. */
function next(all) {
  going = going.then(async () => {
    const links = [...document.querySelectorAll(all)];
    if (!links.length) return;
    const link = links[(links.findIndex((one) => one.hasAttribute("aria-current")) + 1) % links.length];
    await attempt(() => refreshed(link.href, link.id));
    tell(`${link.textContent.trim()}.`);
  });
}

function explain() {
  const meaning = $("meaning");
  if (!meaning) return;
  meaning.open = !meaning.open;
  if (meaning.open) meaning.querySelector("summary").focus();
}

async function independent() {
  const about = await get("/api/state");
  await put("/api/preferences", { keys: about.keys, single_keys: about.single_keys, independent: !about.independent });
  await refreshed(location.href, "independent");
  tell(about.independent ? "You see suggestions and what others decided again." : "You work independently now: suggestions and what others decided are hidden.");
}

/** Sort the table by a column; once more turns it round. Rows without a value come last, both ways. */
function sort(button) {
  const head = button.closest("th"), body = button.closest("table").tBodies[0], by = button.dataset.sort;
  const natural = by === "order" ? "ascending" : "descending";
  const now = head.getAttribute("aria-sort");
  const way = now ? (now === "ascending" ? "descending" : "ascending") : natural;
  for (const other of head.parentElement.children) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", way);
  const value = (row) => { const text = row.getAttribute(`data-${by}`); return text ? Number(text) : null; };
  const rows = [...body.rows].map((row) => [value(row), Number(row.dataset.order), row]);
  const sign = way === "ascending" ? 1 : -1;
  rows.sort(([a, i], [b, j]) => (a === null) - (b === null) || sign * (a - b) || i - j);
  body.append(...rows.map(([, , row]) => row));
  tell(`Sorted by ${button.textContent.trim()}, ${way === "ascending" ? "smallest" : "largest"} first.`);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.sort) sort(button);
  else if (button?.id === "independent") attempt(independent);
});

const onList = Boolean($("settling"));
keys(onList ? SETTLING : readOnly() || !$("independent") ? reading : { ...reading, i: ["Work independently, or not", independent] });
document.body.dataset.ready = "yes";
