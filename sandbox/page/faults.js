// Faults and the behaviour of the world.

import { call } from "./api.js";
import { byId, el, fill } from "./dom.js";
import { state } from "./state.js";

const PLATFORMS = ["whatsapp", "messenger", "telegram", "twilio", "slack"];
const KINDS = {
  status: "answer 429 (too many)", outage: "answer 500 (outage)", delay: "answer 2 s late", drop_before: "drop the connection", drop_after_accept: "accept, then drop the connection",
  no_receipts: "send no receipts", duplicate_receipts: "send receipts twice", reorder_receipts: "send receipts in reverse",
};
const VALUES = { status: { kind: "status", value: { status: 429, retry_after: 3 } }, outage: { kind: "status", value: { status: 500 } }, delay: { kind: "delay", value: 2 } };
const SWITCHES = { looking: "Customers look at their phones (messages get read)", receipts: "Platforms send receipts", limits: "Platforms enforce rate limits" };

let list = null;

export function startFaults() {
  const platform = select("fault-platform", "Platform", PLATFORMS.map((name) => [name, name]));
  const kind = select("fault-kind", "What goes wrong", Object.entries(KINDS));
  const times = select("fault-times", "How often", [["1", "once"], ["3", "3 times"], ["10", "10 times"], ["", "until cleared"]]);
  const add = () => call("faults", { platform: platform.value, kind: kind.value, ...VALUES[kind.value], times: times.value ? Number(times.value) : null });
  list = el("div", { class: "fault-list" });
  fill(byId("faults"),
    el("form", { class: "fault-form", on: { submit: (event) => { event.preventDefault(); add(); } } },
      el("label", {}, "Platform", platform), el("label", { class: "wide" }, "What goes wrong", kind), el("label", {}, "How often", times),
      el("button", { class: "bk-button primary", type: "submit", data: { testid: "fault-add" } }, "Break it")),
    list, el("div", { class: "switches", id: "switches" }));
}

export function drawFaults() {
  byId("fault-count").textContent = state.faults.length || "";
  fill(list, state.faults.length ? state.faults.map(row) : el("p", { class: "nothing", text: "Everything works. Break something and watch the desk cope." }));
  fill(byId("switches"), Object.entries(SWITCHES).map(([name, text]) => el("label", { class: "switch" },
    el("input", { type: "checkbox", checked: state.pace[name], data: { testid: `pace-${name}` }, on: { change: (event) => call("pace", { [name]: event.target.checked }) } }), text)));
}

function row(fault) {
  const words = fault.kind === "status" && fault.value?.status === 500 ? KINDS.outage : KINDS[fault.kind] || `${fault.kind} ${JSON.stringify(fault.value)}`;
  return el("div", { class: "fault-row", data: { testid: "fault" } }, el("span", { class: `platform ${fault.platform}`, text: fault.platform }), el("span", { text: words }),
    el("span", { class: "muted", text: fault.times === null ? "until cleared" : `${fault.times} left` }),
    el("button", { type: "button", class: "link", on: { click: () => call(`faults?id=${fault.id}`, undefined, "DELETE") } }, "Clear"));
}

function select(testid, label, options) {
  return el("select", { class: "bk-select", "aria-label": label, data: { testid } }, options.map(([value, text]) => el("option", { value, text })));
}
