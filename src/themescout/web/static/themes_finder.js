/** Finding one of many by typing a few letters, with a memo beside it. */

import { $, el } from "./dom.js";
import { asked } from "./page.js";
import { ranked } from "./state.js";

const SHOWN = 200; // more than these are found with another letter

/**
 * Ask for one of those that `coming` promises ({id, name, category, keywords}; category stands beside the name).
 * It opens at once, so that the letters typed go into it; nothing is chosen before a letter or an arrow. Answers with {item, memo}, or null where it was left.
 */
export async function find(title, help, coming, done = "Choose") {
  const dialog = $("picker"), input = $("search"), list = $("found"), stop = new AbortController();
  let row = -1, found = [], items = null;
  $("picker-title").textContent = title;
  $("picker-help").textContent = `Type a few letters; ↑ ↓ to move, Enter to choose, Esc to go back. ${help}`;
  $("picker-yes").textContent = done;
  const draw = () => {
    found = items ? ranked(input.value, items).slice(0, SHOWN) : [];
    row = Math.min(row, found.length - 1);
    list.replaceChildren(...found.map((item, i) => el("li", { role: "option", id: `option-${i}`, "aria-selected": String(i === row), dir: "auto" },
      item.id ? el("span", { class: "tag" }, `${item.id} `) : "", item.name, el("span", { class: "small" }, ` ${item.category}`))));
    if (!found.length) list.append(el("li", { role: "option", "aria-disabled": "true", "aria-selected": "false", id: "option-none" }, items ? "Nothing fits these letters." : "…"));
    input.setAttribute("aria-activedescendant", found[row] ? `option-${row}` : found.length ? "" : "option-none");
    $("picker-yes").disabled = !found[row];
    if (found[row]) $(`option-${row}`).scrollIntoView({ block: "nearest" });
  };
  const on = (where, name, work) => where.addEventListener(name, work, { signal: stop.signal });
  const anew = () => { row = input.value.trim() ? 0 : -1; draw(); };
  on(input, "input", anew);
  on(input, "keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !found.length) return;
    row = row < 0 ? (step > 0 ? 0 : found.length - 1) : (row + step + found.length) % found.length;
    draw();
    event.preventDefault();
  });
  on(list, "click", (event) => {
    const at = event.target.closest("[role=option]");
    if (!at || !found.length) return;
    row = [...list.children].indexOf(at);
    draw();
    dialog.querySelector("form").requestSubmit($("picker-yes"));
  });
  input.value = $("picker-memo").value = "";
  anew();
  const given = asked(dialog, input);
  try {
    items = await coming;
    anew();
  } catch (error) {
    dialog.close();
    throw error;
  } finally {
    given.then(() => stop.abort());
  }
  const { memo } = (await given) || {};
  return memo !== undefined && found[row] ? { item: found[row], memo: memo.trim() } : null;
}
