// Starts the page: loads the state, follows the stream, tells each part to draw itself.

import { call, listen } from "./api.js";
import { byId, frame, toast } from "./dom.js";
import { drawFaults, startFaults } from "./faults.js";
import { drawPhone, startPhone } from "./phone.js";
import { drawSlack, startSlack } from "./slack.js";
import { apply, load, state, unread } from "./state.js";
import { drawStore, startStore } from "./store.js";
import { drawWire, startWire } from "./wire.js";

const drawProduct = () => {
  const { url, reachable } = state.product;
  const node = byId("product");
  node.textContent = reachable === null ? "waiting for the desk" : reachable ? "desk connected" : "desk not reachable";
  node.dataset.state = reachable === null ? "waiting" : reachable ? "ok" : "down";
  const banner = byId("banner");
  banner.hidden = reachable !== false;
  banner.textContent = `The desk at ${url} does not answer. What you send is kept and sent again, as the real platforms do.`;
};

const draw = {
  phone: frame(drawPhone),
  slack: frame(drawSlack),
  store: frame(drawStore),
  wire: frame(drawWire),
  faults: frame(drawFaults),
  product: frame(drawProduct),
};

const PARTS = {
  bubble: "phone", phone: "phone", person: "phone", slack: "slack", views: "slack", order: "store",
  log: "wire", faults: "faults", pace: "faults", product: "product",
};

let waiting = null; // changes that come while the state is on its way: they may be newer than it

async function reload() {
  waiting ||= [];
  const given = await call("state");
  const late = waiting || [];
  waiting = null;
  if (!given) return;
  load(given);
  for (const [topic, value] of late) apply(topic, value);
  for (const part of Object.values(draw)) part();
}

function change(topic, value) {
  if (waiting) waiting.push([topic, value]);
  else { apply(topic, value); draw[PARTS[topic]]?.(); }
}

function goTo(view) {
  document.body.dataset.view = view;
  for (const button of byId("bottombar").children) button.toggleAttribute("aria-current", button.dataset.go === view);
  draw[view]();
}

/** Mark the tabs behind which something new is waiting. */
function mark() {
  const phones = [...state.phones.values()].filter(unread).length;
  const slack = [...state.unseen.values()].reduce((sum, waiting) => sum + waiting.size, 0);
  for (const [view, waiting] of [["phone", phones], ["slack", slack]]) {
    const node = byId("bottombar").querySelector(`[data-go="${view}"] .count`);
    node.hidden = !waiting;
    node.textContent = waiting;
    node.setAttribute("aria-label", `${waiting} new`);
  }
}

byId("bottombar").addEventListener("click", (event) => {
  const button = event.target.closest("[data-go]");
  if (button) goTo(button.dataset.go);
});
byId("reset").addEventListener("click", async () => {
  const button = byId("reset");
  button.disabled = true;
  const done = await call("clear", {});
  button.disabled = false;
  if (done) toast(`All chats and faults are cleared${done.resolved ? `; ${done.resolved} open ${done.resolved === 1 ? "case was" : "cases were"} resolved first` : ""}.`);
});

startPhone(draw.phone, mark);
startSlack(draw.slack, mark);
startStore(draw.store);
startWire(draw.wire);
startFaults();
listen(change, reload);
