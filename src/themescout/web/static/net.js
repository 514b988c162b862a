/** Talking to the server. What was decided is sent until it is answered, with one key, so that it is stored once. */

export class Refused extends Error {
  constructor(status, body) {
    super(body.error || `The server answered ${status}.`);
    this.status = status;
    this.hint = body.hint || "";
    this.card = body.card || null;
  }
}

async function ask(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: body === undefined ? {} : { "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
    credentials: "same-origin",
  });
  const found = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, found);
  return found;
}

export const get = (path) => ask("GET", path);
export const post = (path, body) => ask("POST", path, body);
export const put = (path, body) => ask("PUT", path, body);

/** Send until the server answers, whatever it answers; `waiting` is called each time it does not. */
export async function surely(path, body, waiting) {
  for (;;) {
    try {
      return await post(path, body);
    } catch (error) {
      if (error instanceof Refused && error.status < 500) throw error;
      waiting();
      await new Promise((done) => setTimeout(done, 1000));
    }
  }
}

export const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
