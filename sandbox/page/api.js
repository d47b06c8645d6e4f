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

/** Call `apply(topic, value)` for each change, `reload()` after a gap. */
export function listen(apply, reload) {
  const stream = new EventSource(`${BASE}stream`);
  let opened = false;
  stream.addEventListener("open", () => {
    if (opened) reload();
    opened = true;
  });
  stream.addEventListener("message", (event) => {
    for (const [topic, value] of JSON.parse(event.data)) {
      if (topic === "reload") reload();
      else apply(topic, value);
    }
  });
}
