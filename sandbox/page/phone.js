// The customer's phone: people, channels, transcript, what the customer can do.

import { openActions } from "./actions.js";
import { call } from "./api.js";
import { bubbleNode } from "./bubbles.js";
import { composer } from "./composer.js";
import { byId, clock, el, fill, icon, initials, tint } from "./dom.js";
import { drawKeys } from "./keyboard.js";
import { close, toggle } from "./menus.js";
import { apply, state } from "./state.js";

const CHANNELS = { whatsapp: "WhatsApp", messenger: "Messenger", telegram: "Telegram", sms: "SMS", twilio_whatsapp: "WhatsApp (Twilio)" };
const SUGGESTIONS = {
  en: ["Where is my order?", "I want to return something", "Can I talk to a person?"],
  zh: ["我的订单到哪了？", "我想退货", "我要找人工客服"],
};
const ACCOUNTS = { whatsapp: "number", messenger: "page", telegram: "bot", sms: "number", twilio_whatsapp: "number" };
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
  const phones = phonesOf(phone.person).filter((other) => other.account === "main" || !other.account);
  fill(byId("phone-tabs"), phones.map((other) => {
    const family = phonesOf(phone.person).filter((one) => one.channel === other.channel);
    const here = family.includes(phone);
    return el("button", {
      type: "button", "aria-pressed": String(here), data: { testid: `phone-tab-${other.id}`, channel: other.channel }, on: { click: () => show(other.id) },
    }, el("span", { class: "channel-dot" }), CHANNELS[other.channel], !here && family.some(unseen) && el("span", { class: "dot inline" }));
  }));
}

function phonesOf(person) {
  const ids = state.people.find((one) => one.id === person)?.phones || [];
  return ids.map((id) => state.phones.get(id)).filter(Boolean);
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
  close();
  const time = el("span", { text: clock(new Date().toISOString()) });
  const chat = el("div", { class: "chat", tabindex: "0", role: "log", "aria-label": "Conversation", data: { testid: "chat" } });
  const foot = composer(phone, state.kinds[phone.channel], drafts.get(phone.id) || "", act);
  const actions = el("div", { class: "menu bubble-menu", role: "menu", hidden: true, data: { testid: "bubble-menu" } });
  const top = el("div", { class: "chat-top" });
  const keyboard = el("div", { class: "keyboard" });
  const sheet = el("div", { class: "sheet", hidden: true });
  parts = { id: phone.id, time, chat, input: foot.input, top, keyboard, sheet, actions, begin: foot.begin, nodes: new Map(), stamp: "" };
  const screen = el("div", { class: "screen" },
    el("div", { class: "statusbar", "aria-hidden": "true" }, time, el("span", { class: "island" }), el("span", { class: "battery" })),
    top, chat, keyboard, foot.menu, foot.bar, foot.form, sheet, actions, el("div", { class: "homebar", "aria-hidden": "true" }));
  const frame = el("div", { class: `device skin-${phone.channel}`, data: { testid: `phone-${phone.channel}`, phone: phone.id } }, screen);
  fill(byId("phone"), frame);
}

function drawTop(phone) {
  const family = phonesOf(phone.person).filter((one) => one.channel === phone.channel);
  const stamp = JSON.stringify([{ ...phone, bubbles: 0 }, family.map((one) => [one.id, one.id !== phone.id && unseen(one)])]);
  if (parts.stamp === stamp) return;
  parts.stamp = stamp;
  const menu = el("div", { class: "menu top-menu", role: "menu", hidden: true }, topActions(phone, family).map(([name, title, run]) =>
    el("button", { type: "button", role: "menuitem", data: { testid: `phone-${name}` }, on: { click: () => { close(); run(); } } }, title)));
  const more = el("button", { class: "plain", type: "button", "aria-label": "More", "aria-haspopup": "menu", data: { testid: "phone-more" }, on: { click: () => toggle(menu) } }, icon("more"));
  fill(parts.top, icon("back"), el("span", { class: "shop-avatar", "aria-hidden": "true", text: phone.account === "second" ? "N2" : "N" }),
    el("span", { class: "shop" }, el("span", { class: "shop-name", text: "Northwind" }), el("span", { class: "shop-line", text: subtitle(phone) })), accountSwitch(phone, family), more, menu);
}

function accountSwitch(phone, family) {
  if (family.length < 2) return null;
  return el("span", { class: "accounts", role: "group", "aria-label": `Store ${ACCOUNTS[phone.channel]}` }, family.map((one, index) => el("button", {
    type: "button", "aria-pressed": String(one.id === phone.id), title: `Store ${ACCOUNTS[one.channel]} ${index + 1}`, "aria-label": `Store ${ACCOUNTS[one.channel]} ${index + 1}`,
    data: { testid: one.account === "main" ? `phone-account-${one.id}` : `phone-tab-${one.id}` }, on: { click: () => show(one.id) },
  }, String(index + 1), one.id !== phone.id && unseen(one) && el("span", { class: "dot inline" }))));
}

function subtitle(phone) {
  if (phone.typing) return "typing…";
  if (phone.blocked) return "you blocked this shop";
  if (phone.held) return "a person answers from another inbox";
  if (phone.opted_out) return phone.channel === "whatsapp" ? "offers stopped" : "you wrote STOP";
  const second = phone.account === "second" ? `${ACCOUNTS[phone.channel]} 2` : "";
  return [second || SUBTITLES[phone.channel], phone.hidden_number && "your number is hidden"].filter(Boolean).join(" · ");
}

const SUBTITLES = { whatsapp: "Business account", messenger: "Typically replies instantly", telegram: "bot", sms: "+1 202 555 0190", twilio_whatsapp: "Business account · by Twilio" };

function topActions(phone, family) {
  const path = `phones/${phone.id}/`;
  const whatsapp = phone.channel.includes("whatsapp");
  const list = [
    ["look", phone.looking ? "Put the phone away (nothing is read)" : "Pick the phone up", () => call(`${path}look`, { looking: !phone.looking })],
    ["age", phone.window_open ? "Let 25 hours pass" : "The reply window is closed", () => call(`${path}age`, { hours: 25 })],
    ["block", phone.blocked ? "Unblock Northwind" : "Block Northwind", () => call(`${path}block`, { blocked: !phone.blocked })],
  ];
  if (phone.channel === "whatsapp") list.push(["marketing", phone.opted_out ? "Take offers again" : "Stop offers from Northwind", () => call(`${path}marketing`, { stop: !phone.opted_out })]);
  if (whatsapp) list.push(["hide", phone.hidden_number ? "Show my number" : "Hide my number", () => call(`${path}hide`, { hidden: !phone.hidden_number })]);
  if (phone.channel === "whatsapp") list.push(["number", "Change my number", () => call(`${path}number`, { to: `+120255501${40 + Math.floor(Math.random() * 40)}` })]);
  if (["messenger", "whatsapp"].includes(phone.channel)) list.push(["human", "Somebody answers from another inbox", () => act({ kind: "human", text: "Hello, this is Mia from the shop. I'll look into it." })]);
  if (family.length < 2) list.push(["second", `Write to store ${ACCOUNTS[phone.channel]} 2`, () => second(phone)]);
  return list;
}

async function second(phone) {
  const answer = await call(`people/${phone.person}/phones`, { channels: [phone.channel], account: "second" });
  if (!answer?.phones?.length) return;
  apply("person", answer.person);
  apply("phone", answer.phones[0]);
  show(answer.phones[0].id);
}

function drawChat(phone) {
  const bubbles = [...phone.bubbles.values()];
  state.seen.set(phone.id, bubbles.filter((bubble) => bubble.direction === "out").length);
  const near = parts.chat.scrollHeight - parts.chat.scrollTop - parts.chat.clientHeight < 120 || parts.drawn !== phone.id;
  parts.drawn = phone.id;
  const nodes = albums(bubbles, phone);
  fill(parts.chat, bubbles.length ? [el("div", { class: "day", text: "Today" }), ...nodes] : [empty(phone)], phone.typing && el("div", { class: "typing", "aria-label": "typing" }, el("i"), el("i"), el("i")));
  drawKeys(parts.keyboard, parts.input, bubbles, phone, tap);
  if (near) parts.chat.scrollTop = parts.chat.scrollHeight;
}

/** Nodes of all bubbles; those of one album stand together. */
function albums(bubbles, phone) {
  const nodes = [];
  let album = null;
  for (const bubble of bubbles) {
    const node = drawnOnce(bubble, phone);
    if (!bubble.album) { nodes.push(node); continue; }
    if (album?.dataset.album !== bubble.album || nodes.at(-1) !== album) {
      album = el("div", { class: `album ${bubble.direction === "in" ? "own" : "theirs"}`, data: { album: bubble.album } });
      nodes.push(album);
    }
    album.append(node);
  }
  return nodes;
}

/** A bubble's node, made anew only when the bubble has changed. */
function drawnOnce(bubble, phone) {
  const kept = parts.nodes.get(bubble.id);
  if (kept?.rev === bubble.rev) return kept.node;
  const node = bubbleNode(bubble, phone, { tap, sheet: openSheet, open });
  parts.nodes.set(bubble.id, { rev: bubble.rev, node });
  return node;
}

function open(bubble, node) {
  const known = state.kinds[state.phone && state.phones.get(state.phone).channel];
  openActions(parts.actions, bubble, state.phones.get(state.phone), node, { can: (kind) => known?.includes(kind), act, begin: parts.begin });
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

function act(body) {
  return call(`phones/${state.phone}/send`, body);
}
