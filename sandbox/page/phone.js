// The customer's phone: people, channels, transcript, composer.

import { call } from "./api.js";
import { bubbleNode } from "./bubbles.js";
import { byId, clock, el, fill, icon, initials, tint } from "./dom.js";
import { state } from "./state.js";

const CHANNELS = { whatsapp: "WhatsApp", messenger: "Messenger", telegram: "Telegram", sms: "SMS", twilio_whatsapp: "WhatsApp (Twilio)" };
const SUGGESTIONS = {
  en: ["Where is my order?", "I want to return something", "Can I talk to a person?"],
  zh: ["我的订单到哪了？", "我想退货", "我要找人工客服"],
};
const ATTACHMENTS = [["image", "Photo"], ["voice", "Voice note"], ["sticker", "Sticker"], ["location", "Location"], ["contact", "Contact"], ["document", "Document"]];
const SHOWN_PEOPLE = 60;

let redraw = () => {};
let parts = null;
const drafts = new Map();

export function startPhone(draw) {
  redraw = draw;
  setInterval(() => { if (parts) parts.time.textContent = clock(new Date().toISOString()); }, 10_000);
}

export function drawPhone() {
  const phone = state.phones.get(state.phone);
  drawPeople();
  if (!phone) return;
  drawTabs(phone);
  if (!parts || parts.id !== phone.id) build(phone);
  drawTop(phone);
  drawChat(phone);
}

function drawPeople() {
  const current = state.phones.get(state.phone)?.person;
  fill(byId("people"), state.people.slice(0, SHOWN_PEOPLE).map((person) => {
    const unread = person.phones.some((id) => id !== state.phone && unseen(state.phones.get(id)));
    return el("button", {
      class: "person", type: "button", "aria-pressed": String(person.id === current), title: person.name,
      data: { testid: `person-${person.id}` }, "aria-label": unread ? `${person.name}, new message` : person.name,
      on: { click: () => show(person.phones[0]) },
    }, el("span", { class: `avatar ${tint(person.name)}`, text: initials(person.name) }), unread && el("span", { class: "dot" }),
    el("span", { class: "person-name", text: /[\u3400-\u9fff]/.test(person.name) ? person.name : person.name.split(" ")[0] }));
  }));
}

function drawTabs(phone) {
  const person = state.people.find((one) => one.id === phone.person);
  fill(byId("phone-tabs"), (person?.phones || []).map((id) => {
    const other = state.phones.get(id);
    return other && el("button", {
      type: "button", "aria-pressed": String(id === phone.id), data: { testid: `phone-tab-${id}`, channel: other.channel }, on: { click: () => show(id) },
    }, el("span", { class: "channel-dot" }), CHANNELS[other.channel], id !== phone.id && unseen(other) && el("span", { class: "dot inline" }));
  }));
}

function show(id) {
  if (parts) drafts.set(parts.id, parts.input.value);
  state.phone = id;
  redraw();
}

function unseen(phone) {
  if (!phone) return false;
  const count = [...phone.bubbles.values()].filter((bubble) => bubble.direction === "out").length;
  return count > (state.seen.get(phone.id) || 0);
}

function build(phone) {
  const time = el("span", { text: clock(new Date().toISOString()) });
  const chat = el("div", { class: "chat", tabindex: "0", role: "log", "aria-label": "Conversation", data: { testid: "chat" } });
  const input = el("input", { "aria-label": "Message", placeholder: "Message", data: { testid: "phone-input" }, autocomplete: "off", value: drafts.get(phone.id) || "" });
  const menu = el("div", { class: "menu attach-menu", role: "menu", hidden: true }, ATTACHMENTS.map(([kind, title]) =>
    el("button", { type: "button", role: "menuitem", data: { testid: `attach-${kind}` }, on: { click: () => { menu.hidden = true; act({ kind }); } } }, icon(kind), title)));
  const attach = el("button", { class: "round attach", type: "button", "aria-label": "Attach", "aria-haspopup": "menu", data: { testid: "phone-attach" }, on: { click: () => toggle(menu) } }, icon("plus"));
  const send = el("button", { class: "round send", type: "submit", "aria-label": "Send", data: { testid: "phone-send" } }, icon("send"));
  const form = el("form", { class: "composer", on: { submit: (event) => { event.preventDefault(); say(input); } } }, attach, input, send);
  const top = el("div", { class: "chat-top" });
  const keyboard = el("div", { class: "keyboard" });
  const sheet = el("div", { class: "sheet", hidden: true });
  parts = { id: phone.id, time, chat, input, top, keyboard, sheet };
  const screen = el("div", { class: "screen" },
    el("div", { class: "statusbar", "aria-hidden": "true" }, time, el("span", { class: "island" }), el("span", { class: "battery" })),
    top, chat, keyboard, menu, form, sheet, el("div", { class: "homebar", "aria-hidden": "true" }));
  const frame = el("div", { class: `device skin-${phone.channel}`, data: { testid: `phone-${phone.channel}`, phone: phone.id } }, screen);
  fill(byId("phone"), frame);
}

function drawTop(phone) {
  const menu = el("div", { class: "menu top-menu", role: "menu", hidden: true }, topActions(phone).map(([title, run]) =>
    el("button", { type: "button", role: "menuitem", on: { click: () => { menu.hidden = true; run(); } } }, title)));
  const line = phone.typing ? "typing…" : phone.blocked ? "you blocked this shop" : phone.opted_out ? (phone.channel === "whatsapp" ? "offers stopped" : "you wrote STOP") : SUBTITLES[phone.channel];
  const more = el("button", { class: "plain", type: "button", "aria-label": "More", "aria-haspopup": "menu", data: { testid: "phone-more" }, on: { click: () => toggle(menu) } }, icon("more"));
  fill(parts.top, icon("back"), el("span", { class: "shop-avatar", "aria-hidden": "true", text: "N" }),
    el("span", { class: "shop" }, el("span", { class: "shop-name", text: "Northwind" }), el("span", { class: "shop-line", text: line })), more, menu);
}

const SUBTITLES = { whatsapp: "Business account", messenger: "Typically replies instantly", telegram: "bot", sms: "+1 202 555 0190", twilio_whatsapp: "Business account · by Twilio" };

function topActions(phone) {
  const path = `phones/${phone.id}/`;
  const list = [
    [phone.looking ? "Put the phone away (nothing is read)" : "Pick the phone up", () => call(`${path}look`, { looking: !phone.looking })],
    [phone.window_open ? "Let 25 hours pass" : "The reply window is closed", () => call(`${path}age`, { hours: 25 })],
    [phone.blocked ? "Unblock Northwind" : "Block Northwind", () => call(`${path}block`, { blocked: !phone.blocked })],
    ["React with 👍 to the last message", () => act({ kind: "reaction", text: "👍" })],
    ["Send something unsupported", () => act({ kind: "unsupported" })],
  ];
  if (phone.channel === "whatsapp") list.push([phone.opted_out ? "Take offers again" : "Stop offers from Northwind", () => call(`${path}marketing`, { stop: !phone.opted_out })]);
  if (["whatsapp", "messenger"].includes(phone.channel)) list.push(["Delete my last message", () => act({ kind: "delete" })]);
  return list;
}

function drawChat(phone) {
  const bubbles = [...phone.bubbles.values()];
  state.seen.set(phone.id, bubbles.filter((bubble) => bubble.direction === "out").length);
  const near = parts.chat.scrollHeight - parts.chat.scrollTop - parts.chat.clientHeight < 120 || parts.drawn !== phone.id;
  parts.drawn = phone.id;
  const last = bubbles.at(-1);
  const nodes = bubbles.map((bubble) => bubbleNode(bubble, phone, { last: bubble === last, tap, sheet: openSheet }));
  fill(parts.chat, bubbles.length ? [el("div", { class: "day", text: "Today" }), ...nodes] : [empty(phone)], phone.typing && el("div", { class: "typing", "aria-label": "typing" }, el("i"), el("i"), el("i")));
  drawKeyboard(last);
  if (near) parts.chat.scrollTop = parts.chat.scrollHeight;
}

function drawKeyboard(last) {
  const keys = last?.direction === "out" ? last.choices.filter((choice) => ["quick_reply", "text", "contact", "location"].includes(choice.kind)) : [];
  const shown = last?.kind === "interactive" ? [] : keys;
  fill(parts.keyboard, shown.map((choice) => el("button", { type: "button", class: "quick", data: { testid: "choice-button", choice: choice.id }, on: { click: () => tap(last, choice) } }, choice.title)));
}

function empty(phone) {
  const lines = SUGGESTIONS[phone.locale.slice(0, 2)] || SUGGESTIONS.en;
  return el("div", { class: "empty" },
    el("span", { class: "shop-avatar big", "aria-hidden": "true", text: "N" }),
    el("p", { class: "empty-title", text: `${phone.name} has not written yet` }),
    el("p", { class: "empty-line", text: `Say something to Northwind on ${CHANNELS[phone.channel]}, or start with:` }),
    lines.map((text) => el("button", { class: "suggestion", type: "button", data: { testid: "suggestion" }, on: { click: () => act({ text }) } }, text)));
}

function openSheet(bubble) {
  const close = () => { parts.sheet.hidden = true; parts.input.focus(); };
  let section = null;
  const rows = bubble.choices.flatMap((choice) => {
    const head = choice.section && choice.section !== section ? [el("h4", { text: choice.section })] : [];
    section = choice.section;
    return [...head, el("button", { type: "button", class: "row", data: { testid: "choice-button", choice: choice.id }, on: { click: () => { close(); tap(bubble, choice); } } },
      el("span", {}, el("b", { text: choice.title }), choice.description && el("small", { text: choice.description })), el("span", { class: "radio", "aria-hidden": "true" }))];
  });
  fill(parts.sheet, el("div", { class: "sheet-card", role: "dialog", "aria-label": bubble.menu },
    el("div", { class: "sheet-head" }, el("b", { text: bubble.menu || "Choose" }), el("button", { class: "plain", type: "button", "aria-label": "Close", on: { click: close } }, icon("close"))), rows));
  parts.sheet.hidden = false;
  parts.sheet.querySelector(".row")?.focus();
  parts.sheet.onkeydown = (event) => { if (event.key === "Escape") close(); };
}

function tap(bubble, choice) {
  if (choice.kind === "url") { window.open(choice.url, "_blank", "noopener"); return; }
  act({ choice: choice.id, bubble: bubble.id });
}

async function say(input) {
  const text = input.value.trim();
  if (!text) return;
  input.value = "";
  if (!(await act({ text }))) input.value = text;
}

function act(body) {
  return call(`phones/${state.phone}/send`, body);
}

function toggle(menu) {
  menu.hidden = !menu.hidden;
  if (menu.hidden) return;
  menu.querySelector("button")?.focus();
  const away = (event) => {
    if (event.type === "keydown" ? event.key !== "Escape" : menu.contains(event.target)) return;
    menu.hidden = true;
    document.removeEventListener("pointerdown", away);
    document.removeEventListener("keydown", away);
  };
  setTimeout(() => { document.addEventListener("pointerdown", away); document.addEventListener("keydown", away); });
}
