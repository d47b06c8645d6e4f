// The customer's phone: people, channels, transcript, what the customer can do.

import { openActions } from "./actions.js";
import { call } from "./api.js";
import { drawBubble } from "./bubbles.js";
import { composer } from "./composer.js";
import { arrange, byId, clock, el, fill, icon, initials, keyed, refill, tint } from "./dom.js";
import { drawKeys } from "./keyboard.js";
import { close, toggle } from "./menus.js";
import { CHANNELS } from "./names.js";
import { follow, jumpButton } from "./scroll.js";
import { apply, newest, state, unread } from "./state.js";

const SUGGESTIONS = {
  en: ["Where is my order?", "I want to return something", "Can I talk to a person?"],
  zh: ["我的订单到哪了？", "我想退货", "我要找人工客服"],
};
const ACCOUNTS = { whatsapp: "number", messenger: "page", telegram: "bot", sms: "number", twilio_whatsapp: "number" };
const SHOWN_PEOPLE = 60;

let redraw = () => {};
let parts = null;
let told = () => {};
const drafts = new Map();

/** `looked` is called when what is unread may have changed. */
export function startPhone(draw, looked) {
  redraw = draw;
  told = looked;
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
  look();
}

function drawPeople() {
  const current = state.phones.get(state.phone)?.person;
  const place = byId("people");
  arrange(place, keyed(place, state.people.slice(0, SHOWN_PEOPLE), (person) => person.id, (known, person) => {
    const node = known || el("button", { class: "person", type: "button", data: { testid: `person-${person.id}` }, on: { click: () => show(firstPhone(person.id)) } });
    const waiting = person.phones.some((id) => unread(state.phones.get(id)));
    node.setAttribute("aria-pressed", String(person.id === current));
    node.setAttribute("aria-label", waiting ? `${person.name}, new message` : person.name);
    node.title = person.name;
    return refill(node, JSON.stringify([person.name, waiting]), () => [
      el("span", { class: `avatar ${tint(person.name)}`, text: initials(person.name) }), waiting && el("span", { class: "dot" }),
      el("span", { class: "person-name", text: /[\u3400-\u9fff]/.test(person.name) ? person.name : person.name.split(" ")[0] })]);
  }));
}

/** The phone to show of a person: one with something unread first. */
function firstPhone(person) {
  const phones = phonesOf(person);
  return (phones.find(unread) || phones[0])?.id;
}

function drawTabs(phone) {
  const phones = phonesOf(phone.person).filter((other) => other.account === "main" || !other.account);
  const place = byId("phone-tabs");
  arrange(place, keyed(place, phones, (other) => other.id, (known, other) => {
    const node = known || el("button", { type: "button", data: { testid: `phone-tab-${other.id}`, channel: other.channel }, on: { click: () => show(other.id) } });
    const family = phonesOf(phone.person).filter((one) => one.channel === other.channel);
    node.setAttribute("aria-pressed", String(family.includes(phone)));
    const waiting = family.some(unread);
    return refill(node, String(waiting), () => [el("span", { class: "channel-dot" }), CHANNELS[other.channel], waiting && el("span", { class: "dot inline", role: "img", "aria-label": "new message" })]);
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

/** Take note of what is in sight: the end of the chat that is shown. */
function look() {
  const phone = state.phones.get(state.phone);
  if (!phone || parts?.id !== phone.id) return;
  const here = parts.chat.offsetParent && parts.follow.atEnd();
  if (here && unread(phone)) { state.seen.set(phone.id, newest(phone)); redraw(); }
  parts.jump.hidden = !unread(phone) || Boolean(here);
  told();
}

function build(phone) {
  close();
  const time = el("span", { text: clock(new Date().toISOString()) });
  const lines = el("div", { class: "lines" });
  const chat = el("div", { class: "chat", tabindex: "0", role: "log", "aria-label": "Conversation", data: { testid: "chat" } }, lines);
  const jump = jumpButton("phone-jump", () => { parts.follow.end(); look(); });
  jump.lastChild.textContent = "New message";
  const foot = composer(phone, state.kinds[phone.channel], drafts.get(phone.id) || "", act);
  const actions = el("div", { class: "menu bubble-menu", role: "menu", hidden: true, data: { testid: "bubble-menu" } });
  const top = el("div", { class: "chat-top" });
  const keyboard = el("div", { class: "keyboard" });
  const sheet = el("div", { class: "sheet", hidden: true });
  parts = { id: phone.id, time, chat, lines, jump, input: foot.input, top, keyboard, sheet, actions, begin: foot.begin, stamp: "", own: "" };
  const screen = el("div", { class: "screen" },
    el("div", { class: "statusbar", "aria-hidden": "true" }, time, el("span", { class: "island" }), el("span", { class: "battery" })),
    top, el("div", { class: "chat-frame" }, chat, jump), keyboard, foot.menu, foot.bar, foot.form, sheet, actions, el("div", { class: "homebar", "aria-hidden": "true" }));
  const frame = el("div", { class: `device skin-${phone.channel}`, data: { testid: `phone-${phone.channel}`, phone: phone.id } }, screen);
  fill(byId("phone"), frame);
  parts.follow = follow(chat, lines, look);
}

function drawTop(phone) {
  const family = phonesOf(phone.person).filter((one) => one.channel === phone.channel);
  const stamp = JSON.stringify([{ ...phone, bubbles: 0 }, family.map((one) => [one.id, one.id !== phone.id && unread(one)])]);
  if (parts.stamp === stamp) return;
  parts.stamp = stamp;
  const menu = el("div", { class: "menu top-menu", role: "menu", hidden: true }, topActions(phone, family).map(([name, title, run]) =>
    el("button", { type: "button", role: "menuitem", data: { testid: `phone-${name}` }, on: { click: () => { close(); run(); } } }, title)));
  const more = el("button", { class: "plain", type: "button", "aria-label": "More", "aria-haspopup": "menu", data: { testid: "phone-more" }, on: { click: () => toggle(menu) } }, icon("more"));
  fill(parts.top, icon("back"), el("span", { class: "shop-avatar", "aria-hidden": "true", text: [...state.shop][0] + (phone.account === "second" ? "2" : "") }),
    el("span", { class: "shop" }, el("span", { class: "shop-name", text: state.shop }), el("span", { class: "shop-line", text: subtitle(phone) })), accountSwitch(phone, family), more, menu);
}

function accountSwitch(phone, family) {
  if (family.length < 2) return null;
  return el("span", { class: "accounts", role: "group", "aria-label": `Store ${ACCOUNTS[phone.channel]}` }, family.map((one, index) => el("button", {
    type: "button", "aria-pressed": String(one.id === phone.id), title: `Store ${ACCOUNTS[one.channel]} ${index + 1}`, "aria-label": `Store ${ACCOUNTS[one.channel]} ${index + 1}`,
    data: { testid: one.account === "main" ? `phone-account-${one.id}` : `phone-tab-${one.id}` }, on: { click: () => show(one.id) },
  }, String(index + 1), one.id !== phone.id && unread(one) && el("span", { class: "dot inline" }))));
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
    ["block", `${phone.blocked ? "Unblock" : "Block"} ${state.shop}`, () => call(`${path}block`, { blocked: !phone.blocked })],
  ];
  if (phone.channel === "whatsapp") list.push(["marketing", phone.opted_out ? "Take offers again" : `Stop offers from ${state.shop}`, () => call(`${path}marketing`, { stop: !phone.opted_out })]);
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
  arrange(parts.lines, bubbles.length ? albums(bubbles, phone) : [empty(phone)], phone.typing && typing());
  drawKeys(parts.keyboard, parts.input, bubbles, phone, tap);
  // One's own words are always shown, wherever the chat was scrolled to.
  const own = bubbles.findLast((bubble) => bubble.direction === "in")?.id || "";
  if (parts.own !== own) parts.follow.end();
  parts.own = own;
}

/** A node that is made once for each phone. */
const once = (name, make) => () => { parts[name] ||= make(); return parts[name]; };
const typing = once("typing", () => el("div", { class: "typing", "aria-label": "typing" }, el("i"), el("i"), el("i")));

/** Nodes of all bubbles, a line for each day between them; those of one album stand together. */
function albums(bubbles, phone) {
  const tools = { tap, sheet: openSheet, open };
  const nodes = new Map(keyed(parts.lines, bubbles, (bubble) => bubble.id, (known, bubble) => drawBubble(known, bubble, phone, tools)).map((node, index) => [bubbles[index].id, node]));
  const groups = [];
  for (const bubble of bubbles) {
    const last = groups.at(-1);
    const date = new Date(bubble.time).toDateString();
    if (bubble.album && last?.album === bubble.album) last.bubbles.push(bubble);
    else if (last?.date === date) groups.push({ album: bubble.album, bubbles: [bubble], date });
    else groups.push({ day: date, date }, { album: bubble.album, bubbles: [bubble], date });
  }
  return keyed(parts.chat, groups, (group) => group.day || group.bubbles[0].id, (known, group) => {
    if (group.day) return dayLine(known, group.day);
    const inside = group.bubbles.map((bubble) => nodes.get(bubble.id));
    if (!group.album) return inside[0];
    const node = known?.classList.contains("album") ? known : el("div", { class: `album ${group.bubbles[0].direction === "in" ? "own" : "theirs"}`, data: { album: group.album } });
    return arrange(node, inside);
  });
}

function dayLine(known, date) {
  const node = known || el("div", { class: "day" });
  const ago = Math.round((new Date(new Date().toDateString()) - new Date(date)) / 86_400_000);
  node.textContent = ["Today", "Yesterday"][ago] || new Date(date).toLocaleDateString("en", { weekday: "short", day: "numeric", month: "short" });
  return node;
}

function open(bubble, node) {
  const known = state.kinds[state.phone && state.phones.get(state.phone).channel];
  openActions(parts.actions, bubble, state.phones.get(state.phone), node, { can: (kind) => known?.includes(kind), act, begin: parts.begin });
}

function empty(phone) {
  if (parts.empty) return parts.empty;
  const lines = SUGGESTIONS[phone.locale.slice(0, 2)] || SUGGESTIONS.en;
  parts.empty = el("div", { class: "empty" },
    el("span", { class: "shop-avatar big", "aria-hidden": "true", text: [...state.shop][0] }),
    el("p", { class: "empty-title", text: `${phone.name} has not written yet` }),
    el("p", { class: "empty-line", text: `Say something to ${state.shop} on ${CHANNELS[phone.channel]}, or start with:` }),
    lines.map((text) => el("button", { class: "suggestion", type: "button", data: { testid: "suggestion" }, on: { click: () => act({ text }) } }, text)));
  return parts.empty;
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
