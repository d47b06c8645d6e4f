// The wire log: what passed between the desk and the platforms.

import { call } from "./api.js";
import { arrange, byId, el, keyed, refill } from "./dom.js";
import { state } from "./state.js";

const SHOWN = 150;
const PLATFORMS = ["whatsapp", "messenger", "telegram", "twilio", "slack", "store"];
const PAUSE = 250; // milliseconds between two searches
const open = new Map();
let redraw = () => {};
let found = null; // ids of the entries that have the searched words in a body; null without a search
let searching = 0;

export function startWire(draw) {
  redraw = draw;
  const tabs = ["tab-wire", "tab-faults"];
  for (const [index, tab] of tabs.entries()) {
    byId(tab).addEventListener("click", () => choose(tab));
    byId(tab).addEventListener("keydown", (event) => {
      if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
      choose(tabs[1 - index]);
      byId(tabs[1 - index]).focus();
    });
  }
  byId("wire-platform").append(...PLATFORMS.map((name) => el("option", { value: name, text: name })));
  for (const id of ["wire-platform", "wire-checks"]) byId(id).addEventListener("change", draw);
  byId("wire-search").addEventListener("input", search);
}

function choose(tab) {
  for (const name of ["wire", "faults"]) {
    const chosen = tab === `tab-${name}`;
    byId(`tab-${name}`).setAttribute("aria-selected", String(chosen));
    byId(`tab-${name}`).tabIndex = chosen ? 0 : -1;
    byId(name).hidden = !chosen;
  }
  byId("wire-tools").hidden = tab !== "tab-wire";
}

export function drawWire() {
  const entries = state.log.filter(wanted).slice(-SHOWN).reverse();
  const place = byId("wire");
  arrange(place, entries.length ? keyed(place, entries, (entry) => entry.id, drawRow) : nothing());
  if (words()) again();
}

const words = () => byId("wire-search").value.trim().toLowerCase();

function wanted(entry) {
  const platform = byId("wire-platform").value;
  if (platform && entry.platform !== platform) return false;
  if (entry.check && !byId("wire-checks").checked) return false;
  const text = words();
  return !text || found?.has(entry.id) || `${entry.platform} ${entry.method} ${entry.path} ${entry.status} ${entry.note}`.toLowerCase().includes(text);
}

function nothing() {
  const hidden = state.log.filter((entry) => entry.check).length;
  const why = !state.log.length ? "Nothing has passed the wire yet." : words() || byId("wire-platform").value ? "Nothing of that kind has passed the wire." : `Only ${hidden} checks of accounts have passed the wire.`;
  return el("p", { class: "nothing", text: why });
}

function search() {
  found = null;
  redraw();
}

/** Ask for the entries that have the words in a body, once in a while as new ones come. */
function again() {
  if (searching) return;
  const text = words();
  searching = setTimeout(async () => {
    const entries = await call(`log?limit=1000&q=${encodeURIComponent(text)}`);
    searching = 0;
    if (!entries || text !== words()) { redraw(); return; }
    const ids = new Set(entries.map((entry) => entry.id));
    const same = found && ids.size === found.size && [...ids].every((id) => found.has(id));
    found = ids;
    if (!same) redraw();
  }, PAUSE);
}

function drawRow(known, entry) {
  const detail = open.get(entry.id);
  const node = known || el("div", { class: "wire-entry" }, button(entry));
  node.firstChild.setAttribute("aria-expanded", String(Boolean(detail)));
  if (detail && !node.lastChild.matches(".wire-detail")) node.append(el("div", { class: "wire-detail" }));
  if (detail) refill(node.lastChild, "open", () => [el("p", { class: "wire-full", text: `${entry.method} ${entry.path}${entry.note ? ` · ${entry.note}` : ""}` }), body("Request", detail.request), body("Answer", detail.answer)]);
  else if (node.lastChild.matches(".wire-detail")) node.lastChild.remove();
  return node;
}

function button(entry) {
  const good = entry.status >= 200 && entry.status < 300;
  const way = entry.direction === "in" ? "to the desk" : "from the desk";
  return el("button", { type: "button", class: "wire-row", title: `${entry.method} ${entry.path}\n${way}${entry.note ? `, ${entry.note}` : ""}`, data: { testid: "wire-entry" }, on: { click: () => toggle(entry.id) } },
    el("span", { class: `way ${entry.direction}`, role: "img", "aria-label": way, text: entry.direction === "in" ? "→" : "←" }),
    el("span", { class: `platform ${entry.platform}`, text: entry.platform }),
    el("span", { class: "wire-path", text: short(entry) }),
    el("span", { class: `status ${good ? "good" : "bad"}`, text: entry.status || "—" }),
    el("span", { class: "ms", text: `${Math.round(entry.ms)} ms` }));
}

/** The path without what every call to the platform begins with. */
function short(entry) {
  const path = entry.path.replace(/^\/(graph\/v[\d.]+|telegram\/bot<token>|twilio\/2010-04-01|twilio|slack\/api)(?=\/)/, "").split("?")[0];
  return entry.method === "POST" ? path : `${entry.method} ${path}`;
}

function body(title, text) {
  return el("details", { open: true }, el("summary", { text: title }), el("pre", { tabindex: "0", text: pretty(text) || "(empty)" }));
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
