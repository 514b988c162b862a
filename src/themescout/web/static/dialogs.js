/** What opens over the page: finding a code, its kind, memo, history, keys. Each answers with a promise. */

import { $, el } from "./dom.js";
import { get } from "./net.js";
import { ACTIONS, FIXED } from "./keys.js";
import { definition } from "./cardview.js";
import { kindKeys, search, state, words } from "./state.js";

/** Open a dialog with the focus on `first`, and wait; null where it was left with Esc. */
function opened(dialog, begin, first) {
  return new Promise((done) => {
    // Answered at once, not with the event that follows, and the focus leaves at once: the next key belongs to what comes.
    const close = (value) => {
      dialog.removeEventListener("close", left);
      stop();
      dialog.close();
      if (dialog.contains(document.activeElement)) document.activeElement.blur();
      done(value);
    };
    const left = () => {
      if (dialog.open) return; // the event of an earlier closing: keys may come before it
      dialog.removeEventListener("close", left);
      stop();
      done(null);
    };
    const stop = begin(close) || (() => {});
    dialog.addEventListener("close", left);
    dialog.showModal();
    if (first) first.focus();
  });
}

export function pickCode(title) {
  const input = $("search"), list = $("found");
  let row = 0, found = [];
  $("picker-title").textContent = title;
  return opened($("picker"), (close) => {
    const draw = () => {
      found = search(input.value);
      row = Math.max(0, Math.min(row, found.length - 1));
      list.replaceChildren(...found.map((code, i) => el("li", { role: "option", id: `option-${i}`, "aria-selected": String(i === row), onclick: () => close(code.id) }, code.name, el("span", { class: "small" }, ` ${code.category} · ${code.id}`))));
      input.setAttribute("aria-activedescendant", found.length ? `option-${row}` : "");
      $("found-definition").replaceChildren(...(found[row] ? definition(found[row]) : [el("p", {}, "No code fits these letters.")]));
      const here = $(`option-${row}`);
      if (here) here.scrollIntoView({ block: "nearest" });
    };
    const typed = () => { row = 0; draw(); };
    const pressed = (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        row = (row + (event.key === "ArrowDown" ? 1 : found.length - 1)) % Math.max(found.length, 1);
        draw();
        event.preventDefault();
      } else if (event.key === "Enter") {
        if (found[row]) close(found[row].id);
        event.preventDefault();
      }
    };
    input.value = "";
    input.addEventListener("input", typed);
    input.addEventListener("keydown", pressed);
    draw();
    return () => { input.removeEventListener("input", typed); input.removeEventListener("keydown", pressed); };
  }, input);
}

export function askKind() {
  return opened($("asking"), (close) => {
    $("asking-kinds").replaceChildren(...kindKeys().map((kind) => el("button", { type: "button", onclick: () => close(kind.id) }, el("kbd", {}, kind.key), kind.name)));
    const pressed = (event) => {
      const kind = kindKeys().find((one) => one.key === event.key.toLowerCase());
      if (kind) { close(kind.id); event.preventDefault(); }
    };
    $("asking").addEventListener("keydown", pressed);
    return () => $("asking").removeEventListener("keydown", pressed);
  });
}

export function writeMemo(before) {
  const text = $("memo-text");
  return opened($("memo"), (close) => {
    const keep = () => close(text.value.trim());
    const pressed = (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { keep(); event.preventDefault(); } };
    text.value = before;
    text.addEventListener("keydown", pressed);
    $("memo-keep").addEventListener("click", keep);
    return () => { text.removeEventListener("keydown", pressed); $("memo-keep").removeEventListener("click", keep); };
  }, text);
}

/** The segment that was chosen from the history. */
export function chooseFromHistory() {
  const list = $("history-list"), more = $("history-more");
  return opened($("history"), (close) => {
    let before = 0;
    const line = (one) => el("li", { class: one.holds ? "" : "gone" }, el("button", { type: "button", class: "entry", onclick: () => close(one.segment) },
      el("strong", {}, words(one)), one.holds ? "" : " (no longer holds)", el("span", { class: "small", dir: "auto" }, ` ${one.quote.slice(0, 160)}`)));
    const load = async () => {
      const found = await get(`/api/history?before=${before}`);
      list.append(...found.decisions.map(line));
      if (!list.children.length) list.append(el("li", {}, "Nothing is decided yet."));
      before = found.decisions.length ? found.decisions[found.decisions.length - 1].seq : before;
      more.hidden = !found.more;
      const first = list.querySelector("button");
      if (first && !list.contains(document.activeElement)) first.focus();
    };
    const pressed = (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const all = [...list.querySelectorAll("button")];
      if (step && all.length) {
        all[Math.max(0, Math.min(all.length - 1, all.indexOf(document.activeElement) + step))].focus();
        event.preventDefault();
      }
    };
    list.replaceChildren();
    load();
    more.addEventListener("click", load);
    list.addEventListener("keydown", pressed);
    return () => { more.removeEventListener("click", load); list.removeEventListener("keydown", pressed); };
  });
}

/** The help sheet; answers with the preferences where they were changed, else null. */
export function helpSheet() {
  const keys = { ...state.about.keys };
  let changed = false, waiting = null;
  const body = $("help-body");
  return opened($("help"), () => {
    const draw = (message = "") => {
      const rows = Object.entries(ACTIONS).map(([action, [usual, , long]]) => el("tr", {}, el("td", {},
        el("button", { type: "button", "aria-label": `Change the key of: ${long}`, onclick: () => { waiting = action; draw(); body.querySelector(`[data-of="${action}"]`).focus(); }, "data-of": action },
          waiting === action ? "press a key" : keys[action] || usual)), el("td", {}, long)));
      const fixed = [["1–9", "Take that suggested code"], ["b r", "Kind: barrier, research question"], ["↑ ↓ PgUp PgDn", "Scroll the interview"], ["Alt+1, Alt+2 …", "The views in the menu"]];
      body.replaceChildren(...rows, ...fixed.map(([key, long]) => el("tr", {}, el("td", {}, el("kbd", {}, key)), el("td", {}, long))));
      if (message) $("message").textContent = message;
    };
    const pressed = (event) => {
      if (!waiting || event.key === "Shift") return;
      event.preventDefault();
      event.stopPropagation();
      const action = waiting, taken = Object.entries(ACTIONS).find(([other, [usual]]) => other !== action && (keys[other] || usual) === event.key);
      waiting = null;
      if (event.key === "Escape") draw();
      else if (FIXED.has(event.key) || event.key.length > 1) draw("That key has a meaning of its own.");
      else if (taken) draw(`That key is taken: ${taken[1][2]}.`);
      else { keys[action] = event.key; changed = true; draw(); }
      body.querySelector(`[data-of="${action}"]`).focus();
    };
    const ticked = () => { changed = true; };
    const usual = () => { for (const key of Object.keys(keys)) delete keys[key]; changed = true; draw(); };
    $("single-keys").checked = state.about.single_keys;
    $("independent").checked = state.about.independent;
    $("help").addEventListener("keydown", pressed, true);
    for (const id of ["single-keys", "independent"]) $(id).addEventListener("change", ticked);
    $("usual-keys").addEventListener("click", usual);
    draw();
    return () => {
      $("help").removeEventListener("keydown", pressed, true);
      for (const id of ["single-keys", "independent"]) $(id).removeEventListener("change", ticked);
      $("usual-keys").removeEventListener("click", usual);
    };
  }).then(() => (changed ? { keys, single_keys: $("single-keys").checked, independent: $("independent").checked } : null));
}

for (const button of document.querySelectorAll("[data-close]")) button.addEventListener("click", () => button.closest("dialog").close());
