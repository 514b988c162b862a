/** The map of the segments. It is fetched once for each state of the themes and drawn anew when another is chosen. */

import { $, el } from "./dom.js";
import { get } from "./net.js";

const SVG = "http://www.w3.org/2000/svg";
const NONE = 0.6, EXEMPLAR = 1.5, CHOSEN = 1.3; // sizes beside that of a usual mark
let known = null, waiting = null;

/** Draw it into the page, with the theme `chosen` ("T3", or "") set off. */
export async function drawMap(seen, chosen) {
  if (!$("plane")) return;
  if (!known || known.seen !== seen) {
    waiting = waiting || get("/api/themes/map").finally(() => { waiting = null; });
    known = await waiting;
  }
  const plane = $("plane");
  if (!plane) return;
  if (known.missing) plane.replaceChildren(el("p", { class: "note" }, known.missing));
  else plane.replaceChildren(picture(known, chosen), el("div", { id: "tip", class: "tip", hidden: true }));
}

function made(name, attributes, text = "") {
  const found = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) found.setAttribute(key, String(value));
  if (text) found.textContent = text;
  return found;
}

function picture(map, chosen) {
  const at = chosen.startsWith("T") ? Number(chosen.slice(1)) - 1 : -2;
  const about = map.marks.length < map.total ? `${map.marks.length} of ${map.total}` : map.marks.length;
  const svg = made("svg", { viewBox: `0 0 ${map.width} ${map.height}`, role: "img", class: at < -1 ? "all" : "one", "aria-label": `${about} segments in two dimensions, marked by theme; the themes are listed beside` });
  const marks = map.marks.map((mark, i) => [mark, i]).sort((a, b) => (a[0].theme === at) - (b[0].theme === at));
  for (const [mark, i] of marks) {
    const size = mark.theme < 0 ? NONE : (mark.exemplar ? EXEMPLAR : 1) * (mark.theme === at ? CHOSEN : 1);
    const kind = mark.theme < 0 ? "none" : `c${mark.theme % map.colours}`;
    svg.append(made("path", {
      class: `mark ${kind}${mark.exemplar ? " ex" : ""}${mark.theme === at ? " chosen-mark" : ""}`, "data-mark": i,
      transform: `translate(${mark.x} ${mark.y}) scale(${(map.radius * size).toFixed(2)})`,
      d: map.shapes[mark.theme < 0 ? 0 : mark.theme % map.shapes.length],
    }));
  }
  const names = made("g", { class: "names" });
  if (at < -1) for (const name of map.names) names.append(made("text", { x: name.x, y: name.y }, `${name.theme} ${name.title}`.trim()));
  svg.append(names);
  return svg;
}

/** What is under the pointer, beside it. */
document.addEventListener("pointerover", (event) => {
  const tip = $("tip");
  if (!tip || !known) return;
  const path = event.target.closest("[data-mark]");
  tip.hidden = !path;
  if (!path) return;
  const mark = known.marks[Number(path.dataset.mark)];
  tip.replaceChildren(el("p", { dir: "auto" }, `“${mark.said}”`), el("p", { class: "small", dir: "auto" }, mark.source));
  const place = path.getBoundingClientRect(), plane = $("plane").getBoundingClientRect();
  tip.classList.toggle("leftwards", place.left > innerWidth - 380);
  tip.style.left = `${place.left - plane.left}px`;
  tip.style.top = `${place.bottom - plane.top + 6}px`;
});

/** The theme of a mark: "T3", or "none". */
export function themeOf(path) {
  const mark = known.marks[Number(path.dataset.mark)];
  return mark.theme < 0 ? "none" : `T${mark.theme + 1}`;
}
