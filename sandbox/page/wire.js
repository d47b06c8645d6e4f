// The wire log: what passed between the desk and the platforms.

import { call } from "./api.js";
import { byId, el, fill } from "./dom.js";
import { state } from "./state.js";

const SHOWN = 150;
const open = new Map();
let redraw = () => {};

export function startWire(draw) {
  redraw = draw;
  const tabs = [["tab-wire", "wire"], ["tab-faults", "faults"]];
  for (const [tab, panel] of tabs) {
    byId(tab).addEventListener("click", () => {
      for (const [other, otherPanel] of tabs) {
        byId(other).setAttribute("aria-selected", String(other === tab));
        byId(otherPanel).hidden = otherPanel !== panel;
      }
    });
  }
}

export function drawWire() {
  const entries = state.log.slice(-SHOWN).reverse();
  fill(byId("wire"), entries.length ? entries.map(row) : el("p", { class: "nothing", text: "Nothing has passed the wire yet." }));
}

function row(entry) {
  const good = entry.status >= 200 && entry.status < 300;
  const detail = open.get(entry.id);
  const way = entry.direction === "in" ? "to the desk" : "from the desk";
  return el("div", { class: "wire-entry" },
    el("button", { type: "button", class: "wire-row", "aria-expanded": String(Boolean(detail)), title: `${way}${entry.note ? `, ${entry.note}` : ""}`, on: { click: () => toggle(entry.id) } },
      el("span", { class: `way ${entry.direction}`, "aria-label": way, text: entry.direction === "in" ? "→" : "←" }),
      el("span", { class: `platform ${entry.platform}`, text: entry.platform }),
      el("span", { class: "wire-path", text: short(entry) }),
      el("span", { class: `status ${good ? "good" : "bad"}`, text: entry.status || "—" }),
      el("span", { class: "ms", text: `${Math.round(entry.ms)} ms` })),
    detail && el("div", { class: "wire-detail" }, el("p", { class: "muted", text: `${entry.method} ${entry.path}${entry.note ? ` · ${entry.note}` : ""}` }), body("Request", detail.request), body("Answer", detail.answer)));
}

function short(entry) {
  return entry.path.replace(/^\/(graph\/v[\d.]+|telegram\/bot<token>|twilio\/2010-04-01\/Accounts\/AC\w+|slack\/api)/, "").replace(/^\/\d{6,}/, "").split("?")[0];
}

function body(title, text) {
  return el("details", { open: true }, el("summary", { text: title }), el("pre", { text: pretty(text) || "(empty)" }));
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    if (/^[\w.%]+=[^\s]*$/.test(text)) return [...new URLSearchParams(text)].map(([name, value]) => `${name} = ${name === "payload" ? pretty(value) : value}`).join("\n");
    return text;
  }
}

async function toggle(id) {
  if (open.has(id)) open.delete(id);
  else {
    const detail = await call(`log/${id}`);
    if (detail) open.set(id, detail);
  }
  redraw();
}
