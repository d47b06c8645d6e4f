// One bubble of a transcript.

import { arrange, clock, el, icon } from "./dom.js";
import { filesNode, mediaNode } from "./media.js";
import { state } from "./state.js";

const TICKS = { queued: "🕓", sent: "✓", delivered: "✓✓", read: "✓✓", failed: "!" };
const WORDS = { queued: "queued", sent: "sent", delivered: "delivered", read: "read", failed: "not delivered" };
const LINK = /(https?:\/\/[^\s]+)/;
const MARKUP = /(```[^`]+```|(?<![\p{L}\d*])\*[^*\n]+\*(?![\p{L}\d*])|(?<![\p{L}\d_])_[^_\n]+_(?![\p{L}\d_])|(?<![\p{L}\d~])~[^~\n]+~(?![\p{L}\d~]))/u;
const MARKS = { "*": "b", _: "i", "~": "s", "`": "code" };
const ENTITIES = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre", blockquote: "blockquote" };
const NAMELESS = new Set(["Photo", "Video", "Audio", "Voice message", "Sticker", "Document"]);
const SIGNS = { order: "Cart", cart: "Cart", optin: "Opted in", referral: "Opened your link", get_started: "Get started", form: "Form", call_permission: "Calls allowed", poll: "Poll", welcome: "Opened the chat" };
const ASKING = ["location", "contact"];

const parts = new WeakMap();

/** Draw a bubble, or bring its node up to date: only what has changed is made anew, so that a press on the rest counts.
 * `tap(bubble, choice)` sends a choice, `sheet(bubble)` opens a list, `open(bubble, node)` what can be done with it. */
export function drawBubble(node, bubble, phone, tools) {
  const drawn = node || el("div", { data: { testid: "bubble" } });
  if (!node) parts.set(drawn, begin(drawn, tools));
  const made = parts.get(drawn);
  made.bubble = bubble;
  const own = bubble.direction === "in";
  const marks = [own ? "own" : "theirs", bubble.status === "failed" && "failed", bubble.kind === "sticker" && "bare", bubble.album && "in-album"];
  drawn.className = `message ${marks.filter(Boolean).join(" ")}`;
  Object.assign(drawn.dataset, { direction: bubble.direction, status: bubble.status, kind: bubble.kind });
  const gone = bubble.deleted;
  const part = (name, about, build) => {
    const stamp = JSON.stringify(about);
    if (made[name]?.stamp !== stamp) made[name] = { stamp, nodes: [build()].flat().filter(Boolean) };
    return made[name].nodes;
  };
  const choices = gone ? [] : bubble.choices;
  const pressed = { tap: (choice) => tools.tap(made.bubble, choice), sheet: () => tools.sheet(made.bubble) };
  arrange(made.body,
    part("content", [gone, said(bubble, phone)], () => (gone ? el("i", { class: "gone", text: "This message was deleted" }) : content(bubble, phone, own))),
    part("meta", [bubble.edited, bubble.time, bubble.status], () => meta(bubble)),
    part("buttons", [choices, bubble.menu], () => buttons(bubble, choices, phone, pressed)),
    part("reaction", bubble.reaction, () => bubble.reaction && el("span", { class: "reaction", data: { testid: "reaction" }, text: bubble.reaction })),
    made.more);
  const inline = phone.channel === "telegram" ? choices.filter((choice) => ["callback", "url"].includes(choice.kind)) : [];
  arrange(drawn, made.body,
    part("inline", inline, () => inline.length && el("div", { class: "inline-keys" }, inline.map((choice) => button(choice, pressed.tap)))),
    part("failure", [bubble.status === "failed", bubble.error], () => bubble.status === "failed" && el("div", { class: "fail-line", text: `Not delivered${bubble.error ? ` · ${bubble.error}` : ""}` })));
  return drawn;
}

function begin(node, { open }) {
  const act = () => open(parts.get(node).bubble, body);
  const body = el("div", { class: "bubble", on: { click: (event) => { if (!event.target.closest("button, a") && !String(getSelection())) act(); } } });
  return { body, more: el("button", { class: "bubble-more", type: "button", "aria-label": "What to do with this message", data: { testid: "bubble-more" }, on: { click: act } }, icon("down")) };
}

/** Everything that the words and files of a bubble hang on. */
function said(bubble, phone) {
  const about = bubble.reply_to && phone.bubbles.get(bubble.reply_to);
  return [bubble.kind, bubble.text, bubble.header, bubble.footer, bubble.media, bubble.files, bubble.forwarded, bubble.quote, bubble.raw?.entities, bubble.raw?.caption_entities, about && [about.text, about.kind]];
}

function content(bubble, phone, own) {
  const nodes = shown(bubble, phone, own);
  return nodes.length ? nodes : [el("i", { class: "sign", text: SIGNS[bubble.kind] || bubble.kind.replaceAll("_", " ") })];
}

function shown(bubble, phone, own) {
  const files = bubble.media ? [bubble.media, ...(bubble.files || [])] : [];
  const words = bubble.text && !(files.length && NAMELESS.has(bubble.text)) && bubble.kind !== "contact";
  return [
    bubble.forwarded && el("div", { class: "forwarded" }, icon("forward"), "Forwarded"),
    quoted(bubble, phone),
    files.length > 1 ? filesNode(files, own) : files.map((file) => mediaNode(file, own)),
    bubble.kind === "location" && el("div", { class: "map", role: "img", "aria-label": "Location" }, icon("location")),
    bubble.kind === "contact" && !files.length && card(bubble),
    bubble.header && el("div", { class: "bubble-header", text: bubble.header }),
    words && el("div", { class: "text" }, styled(bubble, phone)),
    bubble.footer && el("div", { class: "bubble-footer", text: bubble.footer }),
  ].flat().filter(Boolean);
}

function quoted(bubble, phone) {
  const about = bubble.reply_to && phone.bubbles.get(bubble.reply_to);
  if (!about) return null;
  const words = bubble.quote || about.text.slice(0, 80) || about.kind;
  return el("div", { class: "quoted" }, el("b", { text: about.direction === "in" ? "You" : state.shop }), el("span", { text: bubble.quote ? `“${words}”` : words }));
}

function card(bubble) {
  const [name, number] = bubble.text.split("\n");
  return el("div", { class: "card" }, el("span", { class: "file-sign" }, icon("contact")), el("span", { class: "file-words" }, el("b", { text: name }), number && el("small", { text: number })));
}

function buttons(bubble, choices, phone, { tap, sheet }) {
  const inside = phone.channel === "telegram" ? [] : choices.filter((choice) => ["reply", "url", "template", "postback"].includes(choice.kind));
  const asking = phone.channel === "telegram" ? [] : choices.filter((choice) => ASKING.includes(choice.kind));
  return [
    inside.length && el("div", { class: "buttons" }, inside.map((choice) => button(choice, tap))),
    choices.some((choice) => choice.kind === "list") && listButton(bubble.menu, sheet),
    asking.length && el("div", { class: "buttons" }, asking.map((choice) => button(choice, tap))),
  ];
}

function styled(bubble, phone) {
  if (phone.channel.includes("whatsapp")) return bubble.text.split(MARKUP).map((piece, index) => (index % 2 ? marked(piece) : words(piece)));
  const known = bubble.raw?.entities || bubble.raw?.caption_entities;
  if (phone.channel === "telegram" && known?.length) return entities(bubble.text, known);
  return words(bubble.text);
}

function marked(piece) {
  const edge = piece.startsWith("```") ? 3 : 1;
  return el(MARKS[piece[0]], { text: piece.slice(edge, -edge) });
}

function entities(text, given) {
  const nodes = [];
  let at = 0;
  for (const entity of [...given].sort((a, b) => a.offset - b.offset)) {
    if (entity.offset < at) continue;
    const inner = text.slice(entity.offset, entity.offset + entity.length);
    const link = entity.type === "text_link" && /^https?:/.test(entity.url);
    nodes.push(words(text.slice(at, entity.offset)), link ? el("a", { href: entity.url, target: "_blank", rel: "noopener noreferrer", text: inner }) : el(ENTITIES[entity.type] || "span", { text: inner }));
    at = entity.offset + entity.length;
  }
  return [...nodes, words(text.slice(at))].flat();
}

function words(text) {
  return text.split(LINK).map((piece, index) => (index % 2 ? el("a", { href: piece, target: "_blank", rel: "noopener noreferrer", text: piece }) : piece));
}

function button(choice, tap) {
  const sign = { url: "link", location: "location", contact: "contact" }[choice.kind];
  return el("button", { type: "button", data: { testid: "choice-button", choice: choice.id }, on: { click: () => tap(choice) } }, sign && icon(sign), choice.title);
}

function listButton(title, sheet) {
  return el("div", { class: "buttons" }, el("button", { type: "button", data: { testid: "list-button" }, on: { click: () => sheet() } }, icon("list"), title || "Choose"));
}

function meta(bubble) {
  const tick = el("span", { class: `tick ${bubble.status}`, title: bubble.direction === "out" ? `the store was told: ${WORDS[bubble.status] || bubble.status}` : WORDS[bubble.status], text: TICKS[bubble.status] || "" });
  return el("span", { class: "meta" }, bubble.edited && "edited ", el("time", { datetime: bubble.time, text: clock(bubble.time) }), tick);
}
