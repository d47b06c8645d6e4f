// The Slack pane: channels, threads, agents, modals.

import { call } from "./api.js";
import { blockNodes } from "./blocks.js";
import { byId, clock, el, fill, icon, initials, tint } from "./dom.js";
import { mediaNode } from "./media.js";
import { close, toggle } from "./menus.js";
import { emoji, mrkdwn } from "./mrkdwn.js";
import { agent, state } from "./state.js";

const PEOPLE = ["bea", "sam", "gus", "stella"];
const OPEN_REPLIES = 12;
const FILES = [["image", "image", "A photo", ["image"]], ["document", "document", "A document", ["document"]], ["both", "album", "Photo and document", ["image", "document"]], ["video", "video", "A video", ["video"]]];

let redraw = () => {};
const threads = new Map();
const opened = new Set();
let modalValues = { view: "", values: {} };

export function startSlack(draw) {
  redraw = draw;
  byId("slack-compose").querySelector("button").append(icon("send"));
  byId("slack-compose").addEventListener("submit", (event) => { event.preventDefault(); compose(byId("slack-input")); });
}

export function drawSlack() {
  drawChannels();
  drawAgents();
  drawModal();
  const body = byId("slack-body");
  const near = body.scrollHeight - body.scrollTop - body.clientHeight < 160;
  if (state.channel === "home") drawHome(body);
  else drawThreads(body);
  if (near) body.scrollTop = body.scrollHeight;
}

function drawChannels() {
  const button = (id, name, testid) => el("button", {
    type: "button", "aria-pressed": String(id === state.channel), data: { testid },
    on: { click: () => { state.channel = id; if (id === "home") call("slack/home", { user: state.agent }); redraw(); } },
  }, name);
  const channels = [...state.channels.values()].filter((channel) => !channel.direct || channel.messages.size);
  fill(byId("slack-channels"), channels.map((channel) => button(channel.id, channel.direct ? "✉ direct" : `# ${channel.name}`, `slack-channel-${channel.name}`)), button("home", "Home", "slack-home"));
  byId("slack-input").placeholder = state.channel === "home" ? "/desk queue" : `Message #${state.channels.get(state.channel)?.name || ""}, or /desk queue`;
}

function drawAgents() {
  const people = PEOPLE.map((name) => [...state.users.values()].find((user) => user.name === name)).filter(Boolean);
  fill(byId("slack-agents"), people.map((user) => el("button", {
    type: "button", class: "agent", "aria-pressed": String(user.name === state.agent), title: `Act as ${user.real_name}`, data: { testid: `slack-agent-${user.name}` },
    on: { click: () => { state.agent = user.name; redraw(); } },
  }, el("span", { class: `avatar square ${tint(user.real_name)}`, text: initials(user.real_name), "aria-hidden": "true" }), el("span", { class: "agent-name", text: user.profile.display_name }))));
}

function drawThreads(body) {
  const channel = state.channels.get(state.channel);
  const messages = [...(channel?.messages.values() || [])].filter((message) => !message.ephemeral_to || message.ephemeral_to === agent()?.id).sort((a, b) => (a.ts < b.ts ? -1 : 1));
  const known = new Set(messages.map((message) => message.ts));
  const roots = messages.filter((message) => !message.thread_ts || message.thread_ts === message.ts || !known.has(message.thread_ts));
  const replies = new Map();
  for (const message of messages) {
    if (message.thread_ts && message.thread_ts !== message.ts) replies.set(message.thread_ts, [...(replies.get(message.thread_ts) || []), message]);
  }
  for (const ts of threads.keys()) if (!known.has(ts)) threads.delete(ts);
  if (!roots.length) { fill(body, emptyState()); return; }
  const nodes = roots.map((root) => thread(root, replies.get(root.ts) || []));
  if (nodes.length !== body.children.length || nodes.some((node, index) => body.children[index] !== node)) fill(body, nodes);
}

function emptyState() {
  return el("div", { class: "slack-empty" }, el("span", { class: "slack-empty-mark", "aria-hidden": "true", text: "💬" }), el("b", { text: "No cases yet" }),
    el("p", { text: "When a customer needs a person, the case opens here as a thread. What you reply in the thread reaches the customer." }));
}

function thread(root, replies) {
  let kept = threads.get(root.ts);
  if (!kept) {
    const input = el("input", { "aria-label": "Reply in thread", placeholder: "Reply…", autocomplete: "off", data: { testid: "slack-reply-input" } });
    const files = fileMenu(root.ts, input);
    const clip = el("button", { type: "button", class: "clip", "aria-label": "Reply with a file", "aria-haspopup": "menu", data: { testid: "slack-attach" }, on: { click: () => toggle(files) } }, icon("clip"));
    const form = el("form", { class: "slack-reply", on: { submit: (event) => { event.preventDefault(); reply(root.ts, input); } } }, clip, files, input,
      el("button", { type: "submit", class: "send", "aria-label": "Send reply", data: { testid: "slack-reply-send" } }, icon("send")));
    const content = el("div", { class: "thread-content" });
    kept = { content, node: el("article", { class: "thread", data: { testid: "slack-thread", ts: root.ts } }, content, form), form, drawn: "" };
    threads.set(root.ts, kept);
  }
  const stamp = JSON.stringify([root, replies, state.agent, opened.has(root.ts)]);
  if (stamp !== kept.drawn) {
    kept.drawn = stamp;
    fill(kept.content, messageNode(root), replyNodes(root.ts, replies));
    kept.form.hidden = Boolean(root.ephemeral_to);
  }
  return kept.node;
}

function replyNodes(ts, replies) {
  if (!replies.length) return [];
  const all = opened.has(ts) || replies.length <= OPEN_REPLIES;
  const shown = all ? replies : replies.slice(-OPEN_REPLIES);
  const more = !all && el("button", { type: "button", class: "more-replies", on: { click: () => { opened.add(ts); redraw(); } } }, `${replies.length - shown.length} earlier replies`);
  return [el("div", { class: "thread-rule" }, el("span", { text: `${replies.length} ${replies.length === 1 ? "reply" : "replies"}` })), more, el("div", { class: "replies" }, shown.map(messageNode))];
}

function messageNode(message) {
  const user = state.users.get(message.user);
  const bot = Boolean(message.bot_id);
  const name = message.username || (user ? user.real_name : "Doorstep");
  const picture = message.icons?.emoji ? emoji(message.icons.emoji.replaceAll(":", "")) : bot && !message.username ? "D" : initials(name);
  const tools = { press: (action, value) => press({ message_ts: message.ts, action_id: action, value }), suggest: (action, query) => call("slack/options", { message_ts: message.ts, action_id: action, query, user: state.agent }) };
  const body = message.blocks?.length ? blockNodes(message.blocks, tools) : [el("div", { class: "bk-text" }, mrkdwn(message.text || ""))];
  return el("div", { class: `slack-message${message.ephemeral_to ? " ephemeral" : ""}`, data: { testid: "slack-message", ts: message.ts } },
    el("span", { class: `avatar square ${bot && !message.username ? "bot" : tint(name)}`, "aria-hidden": "true", text: picture }),
    el("div", { class: "slack-message-body" },
      message.ephemeral_to && el("div", { class: "only-you", text: "👁 Only visible to you" }),
      el("div", { class: "slack-who" }, el("b", { text: name }), bot && el("span", { class: "app-tag", text: "APP" }), el("time", { text: clock(new Date(Number(message.ts) * 1000).toISOString()) }),
        message.subtype === "thread_broadcast" && el("span", { class: "muted", text: "also sent to the channel" })),
      body, message.edited && el("span", { class: "muted edited", text: "(edited)" }), files(message), reactions(message)));
}

function files(message) {
  if (!message.files?.length) return null;
  return el("div", { class: "slack-files" }, message.files.map((file) => mediaNode({
    kind: (file.mimetype || "").split("/")[0], mime: file.mimetype || "", path: file.media ? `/media/${file.media}` : "", link: "", name: file.title || file.id, size: file.size,
  }, false)));
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
  if (!(await call("slack/reply", { thread_ts: ts, text, user: state.agent, files: given }))) input.value = text;
}

async function compose(input) {
  const text = input.value.trim();
  if (!text) return;
  input.value = "";
  const [, command, rest] = /^(\/\S+)\s*(.*)$/.exec(text) || [];
  const channel = state.channel === "home" ? state.main : state.channel;
  const sent = command ? await call("slack/command", { command, text: rest, user: state.agent, channel }) : await call("slack/reply", { text, user: state.agent, channel });
  if (!sent) input.value = text;
}

function press(body) {
  return call("slack/press", { ...body, user: state.agent });
}

function drawHome(body) {
  const view = state.homes[agent()?.id];
  const tools = view && { values: {}, press: (action, value) => press({ view_id: view.id, action_id: action, value }), suggest: () => null };
  fill(body, view ? el("div", { class: "slack-home-view" }, blockNodes(view.blocks, tools)) : el("div", { class: "slack-empty" }, el("b", { text: "Home is empty" }), el("p", { text: "The app has not published a home for this person yet." })));
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
  holder.querySelector("input, select, textarea, button")?.focus();
}
