/** The view of progress: sections and tables by keys. The figures are drawn by the server. */

import { $ } from "./dom.js";
import { keys, refreshed, tell, walk } from "./page.js";

const tables = () => [...document.querySelectorAll("main details")];
const open = new Set();

/** Show all tables, or hide them where all are shown. */
function numbers() {
  const show = tables().some((one) => !one.open);
  for (const one of tables()) one.open = show;
  tell(show ? "All numbers are shown." : "The numbers are hidden.");
}

/** Count anew; what was unfolded stays so. */
async function again() {
  open.clear();
  for (const one of tables()) if (one.open) open.add(one.id);
  await refreshed();
  for (const one of tables()) if (open.has(one.id)) one.open = true;
  tell("Counted anew.");
}

/** The heading of the next part comes to the top, so that the part is to be seen. */
function part(step) {
  walk("main h2", step);
  document.activeElement.scrollIntoView({ block: "start" });
}

function go(link) {
  if (link) link.click();
  else tell("There is nobody to choose from.");
}

keys({
  j: ["Next part", () => part(1)],
  k: ["Part before", () => part(-1)],
  n: ["Show or hide all numbers", numbers],
  e: ["Everybody's decisions", () => go($("of-everybody"))],
  m: ["My own decisions", () => go(document.querySelector("[data-mine]"))],
  r: ["Count anew", again],
});
