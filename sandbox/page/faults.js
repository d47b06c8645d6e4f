// Faults and the behaviour of the world.

import { call } from "./api.js";
import { byId, el, fill, refill } from "./dom.js";
import { state } from "./state.js";

const PLATFORMS = ["whatsapp", "messenger", "telegram", "twilio", "slack", "store"];
const KINDS = {
  status: "answer 429 (too many)", outage: "answer 500 (outage)", error: "answer one of its errors", failed_receipts: "accept, then report an error", delay: "answer 2 s late",
  drop_before: "drop the connection", drop_after_accept: "accept, then drop the connection",
  no_receipts: "send no receipts", duplicate_receipts: "send receipts twice", reorder_receipts: "send receipts in reverse", early_echo: "Messenger: echo before answering",
  refuse: "Store: refuse what the desk asks for", later: "Store: answer “pending”", accepted: "Store: answer 202",
};
const VALUES = { status: { kind: "status", value: { status: 429, retry_after: 3 } }, outage: { kind: "status", value: { status: 500 } }, delay: { kind: "delay", value: 2 }, accepted: { kind: "later", value: 202 } };
const CODED = ["error", "failed_receipts"];
const SWITCHES = { looking: "Customers look at their phones (messages get read)", receipts: "Platforms send receipts", limits: "Platforms enforce rate limits" };

const known = new Map();
let list = null;
let fields = null;

export function startFaults() {
  const platform = select("fault-platform", "Platform", PLATFORMS.map((name) => [name, name]));
  const kind = select("fault-kind", "What goes wrong", Object.entries(KINDS));
  const times = select("fault-times", "How often", [["1", "once"], ["3", "3 times"], ["10", "10 times"], ["", "until cleared"]]);
  const error = select("fault-error", "Which error", []);
  const which = el("label", { class: "wide which", hidden: true }, "Which error", error);
  fields = { platform, kind, error, which };
  for (const field of [platform, kind]) field.addEventListener("change", offer);
  const add = () => call("faults", { platform: platform.value, kind: kind.value, ...VALUES[kind.value], ...chosen(), times: times.value ? Number(times.value) : null });
  list = el("div", { class: "fault-list" });
  fill(byId("faults"),
    el("form", { class: "fault-form", on: { submit: (event) => { event.preventDefault(); add(); } } },
      el("label", {}, "Platform", platform), el("label", { class: "wide" }, "What goes wrong", kind), which, el("label", {}, "How often", times),
      el("button", { class: "bk-button primary", type: "submit", data: { testid: "fault-add" } }, "Break it")),
    list, el("div", { class: "switches", id: "switches" }));
}

export function drawFaults() {
  byId("fault-count").textContent = state.faults.length || "";
  refill(list, JSON.stringify(state.faults), () => (state.faults.length ? state.faults.map(row) : [el("p", { class: "nothing", text: "Everything works. Break something and watch the desk cope." })]));
  refill(byId("switches"), JSON.stringify(state.pace), () => Object.entries(SWITCHES).map(([name, text]) => el("label", { class: "switch" },
    el("input", { type: "checkbox", checked: state.pace[name], data: { testid: `pace-${name}` }, on: { change: (event) => call("pace", { [name]: event.target.checked }) } }), text)));
}

/** Fill the list of errors of the platform, when one is wanted; those that belong here by nature come first. */
async function offer() {
  const { platform, kind, error, which } = fields;
  which.hidden = !CODED.includes(kind.value);
  if (which.hidden) return;
  const wanted = platform.value;
  if (!known.has(wanted)) known.set(wanted, await call(`errors/${wanted}`));
  const all = known.get(wanted) || [];
  if (platform.value !== wanted) return;
  const later = kind.value === "failed_receipts";
  const option = (entry) => el("option", { value: String(all.indexOf(entry)), text: entry.title });
  const [usual, unusual] = [true, false].map((fits) => all.filter((entry) => (entry.receipt === later) === fits).map(option));
  fill(error, usual.length && el("optgroup", { label: later ? "Reported later" : "In the answer" }, usual), unusual.length && el("optgroup", { label: later ? "Usually in the answer" : "Usually reported later" }, unusual));
}

function chosen() {
  const { platform, kind, error } = fields;
  const entry = CODED.includes(kind.value) && known.get(platform.value)?.[Number(error.value)];
  return entry ? { value: entry.value } : {};
}

function row(fault) {
  return el("div", { class: "fault-row", data: { testid: "fault" } }, el("span", { class: `platform ${fault.platform}`, text: fault.platform }), el("span", { class: "fault-words", text: told(fault) }),
    el("span", { class: "muted", text: fault.times === null ? "until cleared" : `${fault.times} left` }),
    el("button", { type: "button", class: "link", on: { click: () => call(`faults?id=${fault.id}`, undefined, "DELETE") } }, "Clear"));
}

function told(fault) {
  if (fault.kind === "status" && fault.value?.status === 500) return KINDS.outage;
  if (fault.kind === "later" && fault.value === 202) return KINDS.accepted;
  if (!CODED.includes(fault.kind)) return KINDS[fault.kind] || fault.kind;
  const entry = (known.get(fault.platform) || []).find((one) => JSON.stringify(one.value) === JSON.stringify(fault.value));
  const words = entry?.title || (typeof fault.value === "object" ? fault.value?.description || JSON.stringify(fault.value) : String(fault.value ?? ""));
  return fault.kind === "error" ? words : `later: ${words}`;
}

function select(testid, label, options) {
  return el("select", { class: "bk-select", "aria-label": label, data: { testid } }, options.map(([value, text]) => el("option", { value, text })));
}
