/** What the page knows, and what follows from it. No elements here. */

export const state = {
  about: null, // from /api/state
  codes: new Map(),
  keys: {},
  actions: new Map(),
  card: null,
  far: null,
  order: "theme",
  looking: -1, // place in `past` of what is looked at again; -1 for the present card
  past: [], // segment ids decided by this coder, newest last
  adding: false,
  kind: null, // chosen with b or r
  span: null, // words that matter, code points of the transcript
  choosing: false, // the arrows move the span
  memos: new Map(), // segment id to memo that waits for its decision
  defined: -1, // place of the suggested code whose definition is shown
  panel: "",
  busy: false,
  shown: 0, // when the card came on the screen, ms
  hidden: 0, // ms since then in which the page was not visible
  turns: null,
};

export const byId = (id) => state.codes.get(id);
export const nameOf = (id) => (id ? (byId(id) || { name: id }).name : "");
export const kindName = (id) => (state.about.kinds.find((kind) => kind.id === id) || { name: id || "" }).name;
export const kindKeys = () => state.about.kinds.filter((kind) => kind.key);
export const isKind = (id) => kindKeys().some((kind) => kind.id === id);

/** Suggested codes that are still in the codebook, as many as there are number keys; after three, the likely ones alone. */
export function listed() {
  const ranked = state.card && state.card.suggestion ? state.card.suggestion.ranked : [];
  return ranked.filter((one) => state.codes.has(one.code)).slice(0, 9).filter((one, i) => i < 3 || one.p >= 0.01);
}

/** The kind that a code chosen now would get; null where it has to be asked for. */
export function kindToBe() {
  if (!kindKeys().length) return null;
  if (state.kind) return state.kind;
  const before = state.card.mine.map((one) => one.kind).filter(isKind);
  if (before.length) return before[before.length - 1];
  const said = state.card.suggestion;
  return said && isKind(said.kind) ? said.kind : null;
}

/** Seconds for which the card was to be seen. */
export const seconds = () => Math.round((performance.now() - state.shown - state.hidden) / 10) / 100;

/** A decision in words. */
export function words(one) {
  const label = [nameOf(one.code), one.kind && one.kind !== "neither" ? kindName(one.kind) : ""].filter(Boolean).join(" · ");
  if (one.verdict === "unsure") return "Unsure";
  if (one.verdict === "reject" || one.kind === "neither") return "Nothing to code";
  return label || "Nothing to code";
}

/** Codes that fit the letters, best first: those whose id or name begins so, then any word, then anywhere. */
export const search = (letters) => ranked(letters, state.about.codes.filter((code) => code.usable));

/** Those of `codes`, or of other things with id, name, category and keywords, that fit the letters, best first. */
export function ranked(letters, codes) {
  const wanted = letters.trim().toLowerCase();
  const rank = (code) => {
    if (!wanted) return 0;
    const name = code.name.toLowerCase(), id = code.id.toLowerCase();
    if (name.startsWith(wanted) || id.startsWith(wanted)) return 0;
    if (`${name} ${id.replaceAll("-", " ")}`.split(/\s+/u).some((word) => word.startsWith(wanted))) return 1;
    if (wanted.split(/\s+/u).every((part) => `${name} ${id} ${code.category.toLowerCase()}`.includes(part))) return 2;
    return code.keywords.some((word) => word.toLowerCase().includes(wanted)) ? 3 : 9;
  };
  return codes.map((code) => [rank(code), code]).filter(([place]) => place < 9)
    .sort((a, b) => a[0] - b[0]).map(([, code]) => code);
}
