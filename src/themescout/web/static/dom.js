/** Making elements. Text only ever becomes text nodes: nothing that comes from a transcript is read as HTML. */

export const $ = (id) => document.getElementById(id);

/** `el("button", {class: "x", onclick: f}, "words", child)`; attributes that are null, undefined or false are left out. */
export function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

export const percent = (p) => (p > 0 && p < 0.01 ? "< 1 %" : p > 0.99 && p < 1 ? "> 99 %" : `${Math.round(100 * p)} %`);

/** A share as a bar; its number stands beside it. */
export const bar = (share) => el("meter", { min: 0, max: 1, value: share, "aria-hidden": "true" });

/** Offsets count code points; JavaScript's strings count UTF-16 units. */
export const points = (text) => Array.from(text);

/** The words of a text as [start, end) in code points, counted from `from`. */
export function words(text, from) {
  const found = [];
  let start = -1;
  const all = points(text);
  all.forEach((letter, i) => {
    const space = /\s/u.test(letter);
    if (!space && start < 0) start = i;
    if (space && start >= 0) { found.push([from + start, from + i]); start = -1; }
  });
  if (start >= 0) found.push([from + start, from + all.length]);
  return found;
}
