/** Actions and their keys. The same letters as in the terminal. */

// action: [usual key, short word for the button ("" = no button), what it does]
export const ACTIONS = {
  accept: ["a", "Accept", "Accept the first suggestion"],
  nothing: ["n", "Nothing", "Nothing to code here"],
  find: ["c", "Find code", "Choose another code by a few letters"],
  unsure: ["x", "Unsure", "Unsure: decided later or by others"],
  later: ["s", "Later", "Put it aside; it comes again at the end"],
  add: ["+", "Add", "Add another code to the decided segment before this one, or to the one shown"],
  memo: ["m", "Memo", "Write a memo that goes with the decision"],
  words: ["w", "Words", "Choose the words that matter: ← → move the beginning, Shift+← → the end"],
  evidence: ["e", "Evidence", "Why these codes: definition, precedents, what was rejected nearby"],
  definition: ["d", "Definition", "Definition, include and exclude of the suggested codes, one after the other"],
  undo: ["u", "Undo", "Take the last decision back"],
  redo: ["U", "Redo", "Let it hold again"],
  back: ["g", "", "Look at the decision before; ← does the same"],
  forward: ["G", "", "Go forward again; → does the same"],
  history: ["h", "History", "All your decisions, to look at and to change"],
  alone: ["0", "", "A kind without a code"],
  jump: ["t", "", "Put the rest of this theme, interview or code aside"],
  order: ["o", "Order", "Another order: theme, interview, code, informative, sure, sample"],
  arrange: ["O", "", "Make the order anew from what is known now"],
  help: ["?", "Keys", "This sheet"],
};

/** Action to key, with what the coder changed. */
export function keyMap(changed) {
  return Object.fromEntries(Object.entries(ACTIONS).map(([action, [usual]]) => [action, changed[action] || usual]));
}

/** Key to action. */
export function actionMap(keys) {
  return new Map(Object.entries(keys).map(([action, key]) => [key, action]));
}

/** Keys that mean something of their own and cannot be given away. */
export const FIXED = new Set(["1", "2", "3", "4", "5", "6", "7", "8", "9", "b", "r", "Escape", "Enter", "Tab", " ", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End", "Shift", "Control", "Alt", "Meta"]);
