/** What every page but the coding view shares: its keys with their sheet, messages, and drawing anew. */

import "./menu.js";
import { $, el } from "./dom.js";
import { Refused } from "./net.js";

export const tell = (text) => { $("message").textContent = text; $("alert").textContent = ""; };
export const warn = (text) => { $("alert").textContent = text; };
export const readOnly = () => document.body.dataset.readOnly === "yes";

let known = {};
const single = () => document.body.dataset.singleKeys === "yes";

/** Whether somebody writes there; a dialog that was just closed may keep the focus for a moment. */
export const written = (place) => place.closest("input, textarea, select, [contenteditable]") && !place.closest("dialog:not([open])");

/** Keys of the page: `{j: ["Next theme", next]}`; `?` shows them all. Letters do nothing while somebody writes. */
export function keys(map) { known = map; }

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (written(event.target)) return;
  if (event.key.length === 1 && !single()) return;
  if (event.key === "?") { event.preventDefault(); sheet(); return; }
  const found = Object.hasOwn(known, event.key) ? known[event.key] : null;
  if (!found || event.repeat && event.key.length === 1) return;
  event.preventDefault();
  attempt(found[1]);
});

function sheet() {
  const rows = [...Object.entries(known).map(([key, [long]]) => [key, long]), ["Alt+1 …", "The views in the menu"], ["?", "This sheet"]];
  $("sheet-body").replaceChildren(...rows.map(([key, long]) => el("tr", {}, el("td", {}, el("kbd", {}, key)), el("td", {}, long))));
  $("sheet").showModal();
}

/** Do something; what goes wrong is said in one sentence. Gives back what was done, undefined where it failed. */
export async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refused) warn(`${error.message} ${error.hint}`.trim());
    else if (error instanceof TypeError && /fetch|network/i.test(error.message)) warn("The program does not answer. Is it still running in the terminal?");
    else throw error;
    return undefined;
  }
}

/** Fetch this page (or another address of it) again and show its main part; the focus stays at the id that has it. */
export async function refreshed(address = location.href, focus = document.activeElement?.id) {
  const answer = await fetch(address, { credentials: "same-origin" });
  const found = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!answer.ok) throw new Refused(answer.status, { error: found.querySelector("main p")?.textContent });
  const place = scrollY;
  $("main").replaceChildren(...found.getElementById("main").childNodes);
  document.title = found.title;
  if (address !== location.href) history.replaceState(null, "", address);
  scrollTo({ top: place, behavior: "instant" });
  if (focus && $(focus)) $(focus).focus({ preventScroll: true });
  document.dispatchEvent(new Event("refreshed"));
}

/** Move the focus among the elements that fit a selector, from the one that has it or holds it. */
export function walk(selector, step) {
  const all = [...document.querySelectorAll(selector)];
  if (!all.length) return;
  const here = all.findIndex((one) => one.contains(document.activeElement));
  const next = all[here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, here + step))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

/**
 * Open a dialog; answers with the data of its form when a button sends it (its value is the dialog's `returnValue`), null
 * when it is left. It answers at once, not with the event that follows: the next key belongs to what comes.
 */
export function asked(dialog, focus) {
  return new Promise((done) => {
    const form = dialog.querySelector("form"), stop = new AbortController();
    const close = (value) => {
      const given = value ? Object.fromEntries(new FormData(form)) : null;
      stop.abort();
      if (dialog.open) dialog.close(value);
      // What had the focus before may have gone meanwhile; then it would stay in here, and keys with it.
      if (dialog.contains(document.activeElement)) document.activeElement.blur();
      done(given);
    };
    const left = (event, value) => { if (event.defaultPrevented) return; event.preventDefault(); close(value); };
    form.addEventListener("submit", (event) => left(event, event.submitter?.value || ""), { signal: stop.signal });
    dialog.addEventListener("cancel", (event) => left(event, ""), { signal: stop.signal });
    dialog.addEventListener("close", () => close(""), { signal: stop.signal });
    dialog.showModal();
    if (focus) focus.focus();
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-close]");
  if (button) button.closest("dialog").close();
});
