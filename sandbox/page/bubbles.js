// One bubble of a transcript.

import { clock, el, icon } from "./dom.js";

const TICKS = { queued: "🕓", sent: "✓", delivered: "✓✓", read: "✓✓", failed: "!" };
const WORDS = { queued: "queued", sent: "sent", delivered: "delivered", read: "read", failed: "not delivered" };
const LINK = /(https?:\/\/[^\s]+)/;
const MARKUP = /(```[^`]+```|(?<![\p{L}\d*])\*[^*\n]+\*(?![\p{L}\d*])|(?<![\p{L}\d_])_[^_\n]+_(?![\p{L}\d_])|(?<![\p{L}\d~])~[^~\n]+~(?![\p{L}\d~]))/u;
const MARKS = { "*": "b", _: "i", "~": "s", "`": "code" };
const ENTITIES = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre", blockquote: "blockquote" };

/** `tap(bubble, choice)` sends a choice, `sheet(bubble)` opens a list. */
export function bubbleNode(bubble, phone, { last, tap, sheet }) {
  const own = bubble.direction === "in";
  const name = `message ${own ? "own" : "theirs"}${bubble.status === "failed" ? " failed" : ""}${bubble.kind === "sticker" ? " bare" : ""}`;
  const node = el("div", { class: name, data: { testid: "bubble", direction: bubble.direction, status: bubble.status, kind: bubble.kind } });
  const body = el("div", { class: "bubble" });
  if (bubble.deleted) body.append(el("i", { class: "gone", text: "This message was deleted" }));
  else body.append(...content(bubble, phone));
  body.append(meta(bubble));
  const inside = bubble.choices.filter((choice) => ["reply", "url", "template", "postback"].includes(choice.kind));
  if (inside.length && phone.channel !== "telegram") body.append(el("div", { class: "buttons" }, inside.map((choice) => button(bubble, choice, tap))));
  if (bubble.choices.some((choice) => choice.kind === "list")) body.append(listButton(bubble, sheet));
  if (bubble.kind === "interactive" && bubble.choices.some((choice) => choice.kind === "location")) {
    body.append(el("div", { class: "buttons" }, bubble.choices.map((choice) => button(bubble, choice, tap))));
  }
  if (bubble.reaction) body.append(el("span", { class: "reaction", text: bubble.reaction }));
  node.append(body);
  const inline = phone.channel === "telegram" ? bubble.choices.filter((choice) => ["callback", "url"].includes(choice.kind)) : [];
  if (inline.length) node.append(el("div", { class: "inline-keys" }, inline.map((choice) => button(bubble, choice, tap))));
  if (bubble.status === "failed") node.append(el("div", { class: "fail-line", text: `Not delivered${bubble.error ? ` · ${bubble.error}` : ""}` }));
  return node;
}

function content(bubble, phone) {
  const nodes = [];
  const quoted = bubble.reply_to && phone.bubbles.get(bubble.reply_to);
  if (quoted) nodes.push(el("div", { class: "quoted" }, el("b", { text: quoted.direction === "in" ? "You" : "Northwind" }), el("span", { text: quoted.text.slice(0, 80) || quoted.kind })));
  if (bubble.media) nodes.push(mediaNode(bubble.media));
  if (bubble.kind === "location" && bubble.direction === "in") nodes.push(el("div", { class: "map", role: "img", "aria-label": "Location" }, icon("location")));
  if (bubble.header) nodes.push(el("div", { class: "bubble-header", text: bubble.header }));
  const plain = bubble.media && ["voice", "audio", "sticker", "image"].includes(bubble.media.kind) && bubble.direction === "in";
  if (bubble.text && !plain) nodes.push(el("div", { class: "text" }, styled(bubble, phone)));
  if (bubble.footer) nodes.push(el("div", { class: "bubble-footer", text: bubble.footer }));
  return nodes;
}

function styled(bubble, phone) {
  if (phone.channel.includes("whatsapp")) return bubble.text.split(MARKUP).map((piece, index) => (index % 2 ? marked(piece) : words(piece)));
  if (phone.channel === "telegram" && bubble.raw?.entities?.length) return entities(bubble.text, bubble.raw.entities);
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

function mediaNode(media) {
  const source = media.path ? media.path.replace(/^\//, "") : "";
  if (media.kind === "sticker") return el("div", { class: "sticker", role: "img", "aria-label": "Sticker", text: "🧡" });
  if (media.kind === "image" && source) return el("img", { class: "photo", src: source, alt: "Photo" });
  if (media.kind === "audio" || media.kind === "voice") {
    return el("div", { class: "voice", role: "img", "aria-label": "Voice message" }, el("span", { class: "play" }), el("span", { class: "wave" }), el("span", { class: "length", text: "0:03" }));
  }
  const name = media.name || media.link.split("/").at(-1) || media.kind;
  return el("a", { class: "file", href: source || media.link, target: "_blank", rel: "noopener noreferrer" }, icon(media.kind === "image" ? "image" : "file"), name);
}

function button(bubble, choice, tap) {
  return el("button", { type: "button", data: { testid: "choice-button", choice: choice.id }, on: { click: () => tap(bubble, choice) } },
    choice.kind === "url" && icon("link"), choice.kind === "location" && icon("location"), choice.title);
}

function listButton(bubble, sheet) {
  return el("div", { class: "buttons" }, el("button", { type: "button", data: { testid: "list-button" }, on: { click: () => sheet(bubble) } }, icon("list"), bubble.menu || "Choose"));
}

function meta(bubble) {
  const tick = el("span", { class: `tick ${bubble.status}`, title: bubble.direction === "out" ? `the store was told: ${WORDS[bubble.status] || bubble.status}` : WORDS[bubble.status], text: TICKS[bubble.status] || "" });
  return el("span", { class: "meta" }, bubble.edited && "edited ", el("time", { datetime: bubble.time, text: clock(bubble.time) }), tick);
}
