/** What a person says of a theme, asked for in dialogs. Each answers with what is sent with the decision; null where it was left. */

import { $, el } from "./dom.js";
import { get } from "./net.js";
import { asked } from "./page.js";
import { find } from "./themes_finder.js";

// Asked for beforehand, so that letters typed into a dialog find them there; anew whenever the page is, as codes are made here.
let coming = null;

/** Ask for the codes again. */
export const askCodes = () => { coming = get("/api/state"); coming.catch(() => { coming = null; }); return coming; };
export const codes = async () => (await (coming || askCodes())).codes;

/** A name for a theme; `about` holds the one that it has and what it is called in their words. */
export async function askName(theme, about) {
  $("naming-title").textContent = `A name for ${theme}`;
  $("naming-name").value = about.name;
  $("naming-memo").value = "";
  $("naming-help").textContent = `In their words: ${about.label}`;
  const given = await asked($("naming"), $("naming-name"));
  return given && { theme, name: given.name, memo: given.memo };
}

/** The code that a theme is tied to, "" for none. */
export async function askTie(theme, about) {
  const none = about.tied ? [{ id: "", name: "No code", category: "unties it", keywords: [] }] : [];
  const given = await find(`Which code or category does ${theme} belong to?`, "", codes().then((found) => [...found, ...none]), "Tie");
  return given && { theme, code: given.item.id, memo: given.memo };
}

/** The code that a theme becomes. */
export async function askPromote(theme, about) {
  const under = $("promoting-under");
  under.replaceChildren();
  $("promoting-name").value = about.name;
  $("promoting-definition").value = $("promoting-memo").value = "";
  $("promoting-title").textContent = `Make a code of ${theme}`;
  const answered = asked($("promoting"), $("promoting-name"));
  const found = (await codes()).map((code) => el("option", { value: code.id, selected: code.id === about.tied }, code.name === code.category ? code.name : `${code.category} › ${code.name}`));
  under.replaceChildren(...(about.tied ? [] : [el("option", { value: "" }, "None: a category of its own")]), ...found);
  const given = await answered;
  return given && { theme, ...given };
}
