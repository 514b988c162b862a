/** The views of the tables and of their quotes: walking through numbers and quotes. */

import { keys, walk } from "./page.js";
import { $ } from "./dom.js";

const press = (id) => { const link = $(id) || document.querySelector(id); if (link) link.click(); };

if (document.querySelector(".quote") || $("back")) {
  keys({
    j: ["Next quote", () => walk(".place", 1)],
    k: ["Quote before", () => walk(".place", -1)],
    "↵": ["Enter: go to its place in the interview", () => undefined],
    b: ["Back to the tables", () => press("back")],
  });
} else {
  keys({
    j: ["Next number; Enter shows its quotes", () => walk(".codes-table td.n a", 1)],
    k: ["Number before", () => walk(".codes-table td.n a", -1)],
    s: ["Show or hide what is only suggested", () => press("toggle")],
    m: ["Framework matrix", () => press(".way-matrix")],
  });
}
document.body.dataset.ready = "yes";
