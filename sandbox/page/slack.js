// The Slack pane: channels, threads, agents, modals.

import { call } from "./api.js";
import { blockNodes } from "./blocks.js";
import { arrange, byId, clock, el, fill, icon, initials, keyed, refill, tint } from "./dom.js";
import { mediaNode } from "./media.js";
import { close, place, toggle } from "./menus.js";
import { emoji, mrkdwn } from "./mrkdwn.js";
import { follow, inSight, jumpButton } from "./scroll.js";
import { agent, state, waitingIn } from "./state.js";

const PEOPLE = ["bea", "sam", "gus", "stella"];
const OPEN_REPLIES = 12;
const ON_MESSAGE = [["case_quote", "Quote to customer"], ["case_send", "Send to customer"], ["case_later", "Send later"], ["case_note", "Make a note"], ["case_translate", "Translate"], ["case_redact", "Redact"]];
const ANYWHERE = [["desk_new", "New conversation"], ["desk_find", "Find a customer"]];
const FILES = [["image", "image", "A photo", ["image"]], ["document", "document", "A document", ["document"]], ["both", "album", "Photo and document", ["image", "document"]], ["video", "video", "A video", ["video"]]];

let redraw = () => {};
let told = () => {};
let view = null; // the lines of the channel that is shown, what keeps them at their end, and the button to what is new
const opened = new Set();
const shown = new Map(); // ts: node of a message
const wanted = { ts: "", after: "" }; // what somebody has just written here, and what is answered to it, comes in sight
let modalValues = { view: "", values: {} };

/** `looked` is called when what is unread may have changed. */
export function startSlack(draw, looked) {
  redraw = draw;
  told = looked;
  const lines = el("div", { class: "slack-lines" });
  const jump = jumpButton("slack-jump", toNext);
  fill(byId("slack-body"), lines);
  fill(byId("slack-jump"), jump);
  view = { channel: "", lines, jump, home: el("div", { class: "slack-home" }), follow: follow(byId("slack-body"), lines, look) };
  byId("slack-compose").querySelector("button").append(icon("send"));
  byId("slack-compose").prepend(...shortcuts(ANYWHERE, "Shortcuts", "slack-shortcuts"));
  byId("slack-compose").addEventListener("submit", (event) => { event.preventDefault(); compose(byId("slack-input")); });
}

export function drawSlack() {
  byId("slack-initial").textContent = [...state.shop][0];
  byId("slack-team").textContent = state.shop;
  drawChannels();
  drawAgents();
  drawModal();
  const other = view.channel !== state.channel;
  view.channel = state.channel;
  if (state.channel === "home") drawHome();
  else drawThreads();
  if (other) view.follow.end();
  reveal();
  look();
}

/** Bring what somebody has just written, or the answer to their command, in sight. */
function reveal() {
  const answer = wanted.after && [...shown.keys()].filter((ts) => ts > wanted.after && ephemeral(ts)).sort().at(-1);
  const node = shown.get(answer || wanted.ts);
  if (!node?.isConnected) return;
  Object.assign(wanted, { ts: "", after: answer ? "" : wanted.after });
  node.scrollIntoView({ block: "nearest" });
}

const ephemeral = (ts) => state.channels.get(state.channel)?.messages.get(ts)?.ephemeral_to === agent()?.id;

/** Take note of what is in sight; say what is not. */
function look() {
  if (!view) return;
  const waiting = waitingIn(state.channel);
  const before = waiting.size;
  const body = byId("slack-body");
  for (const ts of waiting) if (passed(ts) || inSight(body, shown.get(ts))) waiting.delete(ts);
  view.jump.hidden = !waiting.size;
  view.jump.lastChild.textContent = `${waiting.size} new`;
  if (waiting.size !== before) redraw();
  told();
}

/** Tell whether a message counts as seen although it is not in sight: folded away, or run by at the end of the channel. */
function passed(ts) {
  const node = shown.get(ts);
  if (!node?.isConnected) return true;
  return node.closest(".thread")?.dataset.ts === ts && byId("slack-body").offsetParent && view.follow.atEnd();
}

function toNext() {
  const next = [...waitingIn(state.channel)].sort()[0];
  if (next) shown.get(next).scrollIntoView({ block: "nearest" });
  look();
}

function drawChannels() {
  const channels = [...state.channels.values()].filter((channel) => !channel.direct || channel.messages.size).map((channel) => ({ ...channel, title: channel.direct ? `✉ ${state.users.get(channel.name.replace("dm-", ""))?.profile.display_name || "direct"}` : `# ${channel.name}` }));
  const place = byId("slack-channels");
  arrange(place, keyed(place, [...channels, { id: "home", name: "home", title: "Home" }], (channel) => channel.id, (known, channel) => {
    const node = known || el("button", { type: "button", data: { testid: channel.id === "home" ? "slack-home" : `slack-channel-${channel.name}` }, on: { click: () => goTo(channel.id) } });
    node.setAttribute("aria-pressed", String(channel.id === state.channel));
    const waiting = waitingIn(channel.id).size;
    return refill(node, channel.title + waiting, () => [channel.title, waiting > 0 && el("span", { class: "count", "aria-label": `${waiting} new`, text: waiting })]);
  }));
  byId("slack-input").placeholder = state.channel === "home" ? "/desk queue" : `Message #${state.channels.get(state.channel)?.name || ""}, or /desk queue`;
}

function goTo(id) {
  state.channel = id;
  if (id === "home") call("slack/home", { user: state.agent });
  redraw();
}

function drawAgents() {
  const people = PEOPLE.map((name) => [...state.users.values()].find((user) => user.name === name)).filter(Boolean);
  const place = byId("slack-agents");
  arrange(place, keyed(place, people, (user) => user.id, (known, user) => {
    const node = known || el("button", { type: "button", class: "agent", title: `Act as ${user.real_name}`, data: { testid: `slack-agent-${user.name}` }, on: { click: () => { state.agent = user.name; redraw(); } } },
      el("span", { class: `avatar square ${tint(user.real_name)}`, text: initials(user.real_name), "aria-hidden": "true" }), el("span", { class: "agent-name", text: user.profile.display_name }));
    node.setAttribute("aria-pressed", String(user.name === state.agent));
    return node;
  }));
}

function drawThreads() {
  const channel = state.channels.get(state.channel);
  const messages = [...(channel?.messages.values() || [])].filter((message) => !message.ephemeral_to || message.ephemeral_to === agent()?.id).sort((a, b) => (a.ts < b.ts ? -1 : 1));
  const known = new Set(messages.map((message) => message.ts));
  const roots = messages.filter((message) => !message.thread_ts || message.thread_ts === message.ts || !known.has(message.thread_ts));
  const replies = new Map();
  for (const message of messages) {
    if (message.thread_ts && message.thread_ts !== message.ts) replies.set(message.thread_ts, [...(replies.get(message.thread_ts) || []), message]);
  }
  for (const ts of shown.keys()) if (!known.has(ts)) shown.delete(ts);
  const nodes = keyed(view.lines, roots, (root) => root.ts, (node, root) => drawThread(node || thread(root), root, replies.get(root.ts) || []));
  arrange(view.lines, roots.length ? nodes : emptyState(channel));
}

function emptyState(channel) {
  const [sign, title, words] = channel?.id === state.main
    ? ["💬", "No cases yet", "When a customer needs a person, the case opens here as a thread. What you reply in the thread reaches the customer."]
    : ["📭", `Nothing in #${channel?.name || "this channel"} yet`, `The team's own channel: its cases, and the returns that it has to receive or pay. Where the store's files name no channel for it, all of that is in #${state.channels.get(state.main)?.name}.`];
  return el("div", { class: "slack-empty" }, el("span", { class: "slack-empty-mark", "aria-hidden": "true", text: sign }), el("b", { text: title }), el("p", { text: words }));
}

function thread(root) {
  const input = el("input", { "aria-label": "Reply in thread", placeholder: "Reply…", autocomplete: "off", data: { testid: "slack-reply-input" } });
  const files = fileMenu(root.ts, input);
  const clip = el("button", { type: "button", class: "clip", "aria-label": "Reply with a file", "aria-haspopup": "menu", data: { testid: "slack-attach" }, on: { click: () => toggle(files) } }, icon("clip"));
  const form = el("form", { class: "slack-reply", on: { submit: (event) => { event.preventDefault(); reply(root.ts, input); } } }, clip, files, input,
    el("button", { type: "submit", class: "send", "aria-label": "Send reply", data: { testid: "slack-reply-send" } }, icon("send")));
  return el("article", { class: "thread", data: { testid: "slack-thread", ts: root.ts } }, el("div", { class: "thread-content" }), form);
}

function drawThread(node, root, replies) {
  const content = node.querySelector(".thread-content");
  node.querySelector(".slack-reply").hidden = Boolean(root.ephemeral_to);
  const all = opened.has(root.ts) || replies.length <= OPEN_REPLIES;
  const kept = all ? replies : replies.slice(-OPEN_REPLIES);
  const [first, ...rest] = keyed(content, [root, ...kept], (message) => message.ts, drawMessage);
  const rule = content.querySelector(".thread-rule") || el("div", { class: "thread-rule" });
  const list = content.querySelector(".replies") || el("div", { class: "replies" });
  const more = content.querySelector(".more-replies") || el("button", { type: "button", class: "more-replies", on: { click: () => { opened.add(root.ts); redraw(); } } });
  refill(rule, String(replies.length), () => el("span", { text: `${replies.length} ${replies.length === 1 ? "reply" : "replies"}` }));
  refill(more, String(replies.length), () => `${replies.length - kept.length} earlier replies`);
  arrange(list, rest);
  arrange(content, first, replies.length > 0 && rule, !all && more, replies.length > 0 && list);
  return node;
}

/** A message's node, made anew only when the message has changed; the focus stays on its button. */
function drawMessage(known, message) {
  const node = known || el("div", { class: `slack-message${message.ephemeral_to ? " ephemeral" : ""}`, data: { testid: "slack-message", ts: message.ts } });
  shown.set(message.ts, node);
  return refill(node, JSON.stringify([message, state.users.get(message.user)?.real_name]), () => messageParts(message));
}

function messageParts(message) {
  const user = state.users.get(message.user);
  const bot = Boolean(message.bot_id);
  const name = message.username || (user ? user.real_name : "Doorstep");
  const picture = message.icons?.emoji ? emoji(message.icons.emoji.replaceAll(":", "")) : bot && !message.username ? "D" : initials(name);
  const tools = { press: (action, value) => press({ message_ts: message.ts, action_id: action, value }), suggest: (action, query) => call("slack/options", { message_ts: message.ts, action_id: action, query, user: state.agent }) };
  const body = message.blocks?.length ? blockNodes(message.blocks, tools) : [el("div", { class: "bk-text" }, mrkdwn(message.text || ""))];
  return [
    el("span", { class: `avatar square ${bot && !message.username ? "bot" : tint(name)}`, "aria-hidden": "true", text: picture }),
    el("div", { class: "slack-message-body" },
      message.ephemeral_to && el("div", { class: "only-you", text: "👁 Only visible to you" }),
      el("div", { class: "slack-who" }, el("b", { text: name }), bot && el("span", { class: "app-tag", text: "APP" }), el("time", { text: clock(new Date(Number(message.ts) * 1000).toISOString()) }),
        message.subtype === "thread_broadcast" && el("span", { class: "muted", text: "also sent to the channel" })),
      body, message.edited && el("span", { class: "muted edited", text: "(edited)" }), files(message), reactions(message)),
    ...(message.ephemeral_to ? [] : shortcuts(ON_MESSAGE, "Shortcuts of this message", "slack-message-shortcuts", { message_ts: message.ts }))];
}

/** The button of a menu of shortcuts, and the menu. */
function shortcuts(listed, label, testid, more = {}) {
  const item = ([id, title]) => el("button", { type: "button", role: "menuitem", data: { testid: `slack-shortcut-${id}` }, on: { click: () => { close(); call("slack/shortcut", { callback_id: id, user: state.agent, ...more }); } } }, title);
  const menu = el("div", { class: "menu shortcut-menu", role: "menu", hidden: true }, listed.map(item));
  const open = (event) => { toggle(menu); if (!menu.hidden) place(menu, event.currentTarget); };
  return [el("button", { type: "button", class: "shortcuts", "aria-label": label, title: label, "aria-haspopup": "menu", data: { testid }, on: { click: open } }, icon("more")), menu];
}

function files(message) {
  if (!message.files?.length) return null;
  return el("div", { class: "slack-files" }, message.files.map(shared));
}

/** A file as Slack shows it: a picture, a player, or a chip. */
function shared(file) {
  const [kind] = (file.mimetype || "").split("/");
  const path = file.media ? `/media/${file.media}` : "";
  if (kind === "audio" && path) return el("audio", { class: "player", controls: true, preload: "metadata", src: path.slice(1), title: file.title || file.id });
  return mediaNode({ kind, mime: file.mimetype || "", path, link: "", name: file.title || file.id, size: file.size }, false);
}

function fileMenu(ts, input) {
  const item = ([name, sign, title, given]) => el("button", { type: "button", role: "menuitem", data: { testid: `slack-attach-${name}` }, on: { click: () => { close(); reply(ts, input, given); } } }, icon(sign), title);
  return el("div", { class: "menu file-menu", role: "menu", hidden: true }, FILES.map(item));
}

function reactions(message) {
  if (!message.reactions?.length) return null;
  return el("div", { class: "slack-reactions" }, message.reactions.map((reaction) => el("button", {
    type: "button", "aria-label": `${reaction.name}, ${reaction.count}`, title: `:${reaction.name}: ${reaction.users.map((id) => state.users.get(id)?.real_name || id).join(", ")}`,
    on: { click: () => call("slack/react", { ts: message.ts, name: reaction.name, user: state.agent, remove: reaction.users.includes(agent()?.id) }) },
  }, emoji(reaction.name), el("span", { text: reaction.count }))));
}

async function reply(ts, input, given = []) {
  const text = input.value.trim();
  if (!text && !given.length) return;
  input.value = "";
  const sent = await call("slack/reply", { thread_ts: ts, text, user: state.agent, files: given });
  if (sent) written(sent.ts);
  else input.value = text;
}

async function compose(input) {
  const text = input.value.trim();
  if (!text) return;
  input.value = "";
  const [, command, rest] = /^(\/\S+)\s*(.*)$/.exec(text) || [];
  const channel = state.channel === "home" ? state.main : state.channel;
  if (command) wanted.after = [...state.channels.get(channel).messages.keys(), "0"].sort().at(-1);
  if (channel !== state.channel) goTo(channel);
  const sent = command ? await call("slack/command", { command, text: rest, user: state.agent, channel }) : await call("slack/reply", { text, user: state.agent, channel });
  if (!sent) input.value = text;
  else if (sent.ts) written(sent.ts);
}

/** What is written here is seen, and comes in sight. */
function written(ts) {
  wanted.ts = ts;
  waitingIn(state.channel).delete(ts);
  redraw();
}

function press(body) {
  return call("slack/press", { ...body, user: state.agent });
}

function drawHome() {
  const user = agent();
  const home = state.homes[user?.id];
  const tools = home && { values: {}, press: (action, value) => press({ view_id: home.id, action_id: action, value }), suggest: () => null };
  refill(view.home, JSON.stringify([user?.id, home]), () => (home ? el("div", { class: "slack-home-view" }, blockNodes(home.blocks, tools))
    : el("div", { class: "slack-empty" }, el("span", { class: "slack-empty-mark", "aria-hidden": "true", text: "🏠" }), el("b", { text: `Home of ${user?.profile.display_name || "this agent"} is empty` }), el("p", { text: "The app shows here what it publishes for this person. It was told that the tab is open." }))));
  arrange(view.lines, view.home);
}

function drawModal() {
  const holder = byId("slack-modal");
  const view = (state.modals[agent()?.id] || []).at(-1);
  holder.hidden = !view;
  if (!view) { modalValues = { view: "", values: {} }; holder.replaceChildren(); return; }
  if (modalValues.view !== view.id) modalValues = { view: view.id, values: {} };
  const stamp = view.hash + JSON.stringify(view.errors || {});
  if (holder.dataset.drawn === stamp && holder.children.length) return;
  holder.dataset.drawn = stamp;
  const values = modalValues.values;
  const tools = { values, errors: view.errors, press: (action, value) => press({ view_id: view.id, action_id: action, value, values }), suggest: (action, query) => call("slack/options", { view_id: view.id, action_id: action, query, user: state.agent }) };
  const close = () => call("slack/close", { user: state.agent });
  const form = el("form", { class: "modal-card", role: "dialog", "aria-modal": "true", "aria-label": view.title?.text, data: { testid: "slack-modal" },
    on: { submit: (event) => { event.preventDefault(); call("slack/submit", { view_id: view.id, values }); }, keydown: (event) => { if (event.key === "Escape") close(); } } },
  el("div", { class: "modal-head" }, el("b", { text: view.title?.text || "" }), el("button", { class: "plain", type: "button", "aria-label": "Close", on: { click: close } }, icon("close"))),
  el("div", { class: "modal-body" }, blockNodes(view.blocks, tools)),
  el("div", { class: "modal-foot" }, el("button", { class: "bk-button", type: "button", on: { click: close } }, view.close?.text || "Cancel"),
    view.submit && el("button", { class: "bk-button primary", type: "submit", data: { testid: "slack-modal-submit" } }, view.submit.text)));
  fill(holder, form);
  (holder.querySelector(".modal-body :is(input, select, textarea)") || holder.querySelector("button"))?.focus();
}
