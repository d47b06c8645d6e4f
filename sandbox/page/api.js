// The control API and the change stream.

import { toast } from "./dom.js";

const BASE = "sandbox/api/";

/** POST (or GET without a body); a refusal becomes a toast and null. */
export async function call(path, body, method) {
  const verb = method || (body === undefined ? "GET" : "POST");
  try {
    const options = { method: verb };
    if (body !== undefined) Object.assign(options, { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    const response = await fetch(BASE + path, options);
    const answer = await response.json();
    if (response.ok) return answer;
    toast(answer.error || `The sandbox said ${response.status}`);
  } catch {
    toast("The sandbox does not answer.");
  }
  return null;
}

/** Call `reload()` whenever the stream opens (at first and after a gap), then `apply(topic, value)` for each change. */
export function listen(apply, reload) {
  const stream = new EventSource(`${BASE}stream`);
  stream.addEventListener("open", reload);
  stream.addEventListener("message", (event) => {
    for (const [topic, value] of JSON.parse(event.data)) {
      if (topic === "reload") reload();
      else apply(topic, value);
    }
  });
}
