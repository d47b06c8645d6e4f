// Slack text as nodes: mrkdwn, rich_text, emoji names.

import { el } from "./dom.js";
import { state } from "./state.js";

const EMOJI = {
  white_check_mark: "✅", heavy_check_mark: "✔️", eyes: "👀", warning: "⚠️", x: "❌", iphone: "📱", airplane: "✈️", package: "📦", truck: "🚚", bell: "🔔", star: "⭐", fire: "🔥",
  hourglass_flowing_sand: "⏳", hourglass: "⌛", lock: "🔒", unlock: "🔓", memo: "📝", speech_balloon: "💬", rotating_light: "🚨", tada: "🎉", thumbsup: "👍", "+1": "👍", "-1": "👎",
  heart: "❤️", smile: "😄", wave: "👋", robot_face: "🤖", bust_in_silhouette: "👤", envelope: "✉️", arrow_right: "➡️", arrows_counterclockwise: "🔄", leftwards_arrow_with_hook: "↩️",
  large_green_circle: "🟢", large_yellow_circle: "🟡", red_circle: "🔴", large_blue_circle: "🔵", white_circle: "⚪", black_circle: "⚫", mailbox_with_mail: "📬", inbox_tray: "📥", outbox_tray: "📤",
  crown: "👑", gem: "💎", moneybag: "💰", credit_card: "💳", date: "📅", calendar: "📅", clock1: "🕐", alarm_clock: "⏰", zzz: "💤", pushpin: "📌", paperclip: "📎", link: "🔗",
  heavy_exclamation_mark: "❗", exclamation: "❗", question: "❓", information_source: "ℹ️", no_entry: "⛔", stop_sign: "🛑", ballot_box_with_check: "☑️", mag: "🔍", phone: "☎️",
  globe_with_meridians: "🌐", house: "🏠", label: "🏷️", shopping_trolley: "🛒", shopping_bags: "🛍️", receipt: "🧾", sparkles: "✨", pray: "🙏", ok_hand: "👌", raised_hand: "✋", telephone_receiver: "📞",
};
const SPAN = /(```[\s\S]+?```|`[^`\n]+`|<[^<>\n]+>|\*[^*\n]+\*|_[^_\n]+_|~[^~\n]+~|:[a-z0-9_+-]+:|\n)/;
const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };

export const emoji = (name) => EMOJI[name.split("::")[0]] || `:${name}:`;

/** &amp; &lt; &gt; back to characters, in one pass. */
export const plain = (text) => text.replace(/&(lt|gt|amp);/g, (entity) => ENTITIES[entity]);

/** mrkdwn text as a list of nodes and strings. */
export function mrkdwn(text) {
  const nodes = [];
  for (const [index, line] of splitQuotes(text).entries()) {
    if (line.quote) nodes.push(el("blockquote", {}, spans(line.text)));
    else nodes.push(...(index && !nodes.at(-1)?.matches?.("blockquote") ? ["\n"] : []), ...spans(line.text));
  }
  return nodes;
}

function splitQuotes(text) {
  const lines = [];
  for (const line of text.split("\n")) {
    const quote = /^(&gt;|>) ?/.exec(line);
    const body = quote ? line.slice(quote[0].length) : line;
    if (lines.length && lines.at(-1).quote === Boolean(quote)) lines.at(-1).text += `\n${body}`;
    else lines.push({ quote: Boolean(quote), text: body });
  }
  return lines;
}

function spans(text) {
  return text.split(SPAN).filter(Boolean).map(span);
}

function span(piece) {
  const inner = piece.slice(1, -1);
  if (piece.startsWith("```") && piece.length > 6) return el("pre", { text: plain(piece.slice(3, -3)) });
  if (/^`[^`]+`$/.test(piece)) return el("code", { text: plain(inner) });
  if (/^<[^<>]+>$/.test(piece)) return reference(inner);
  if (/^\*[^*]+\*$/.test(piece)) return el("b", {}, spans(inner));
  if (/^_[^_]+_$/.test(piece)) return el("i", {}, spans(inner));
  if (/^~[^~]+~$/.test(piece)) return el("s", {}, spans(inner));
  if (/^:[a-z0-9_+-]+:$/.test(piece)) return emoji(inner);
  return plain(piece);
}

function reference(inner) {
  const [target, label] = inner.split("|");
  if (target.startsWith("@")) return mention(target.slice(1));
  if (target.startsWith("#")) return el("span", { class: "mention", text: `#${label || state.channels.get(target.slice(1))?.name || target.slice(1)}` });
  if (target.startsWith("!date^")) return slackDate(target, label);
  if (target.startsWith("!")) return el("span", { class: "mention", text: `@${(label || target.slice(1)).replace(/^@/, "")}` });
  if (/^(https?:|mailto:|tel:)/.test(target)) return el("a", { href: plain(target), target: "_blank", rel: "noopener noreferrer", text: plain(label || target) });
  return plain(`<${inner}>`);
}

const DAYS = { "-1": "yesterday", 0: "today", 1: "tomorrow" }; // Slack's words for days that are near
const midnight = (moment) => new Date(moment.getFullYear(), moment.getMonth(), moment.getDate());

function slackDate(target, label) {
  const seconds = Number(target.split("^")[1]);
  const moment = new Date(seconds * 1000);
  const known = { date: { dateStyle: "long" }, date_short: { dateStyle: "medium" }, date_num: { dateStyle: "short" }, date_pretty: { dateStyle: "long" }, date_short_pretty: { dateStyle: "medium" }, time: { timeStyle: "short" }, time_secs: { timeStyle: "medium" } };
  const near = (name) => name.endsWith("_pretty") && DAYS[Math.round((midnight(moment) - midnight(new Date())) / 86_400_000)];
  const format = target.split("^")[2] || "";
  return seconds ? format.replace(/\{(\w+)\}/g, (whole, name) => near(name) || (known[name] ? moment.toLocaleString("en", known[name]) : whole)) : label || "";
}

function mention(id) {
  const user = state.users.get(id);
  return el("span", { class: "mention", text: `@${user ? user.profile.display_name || user.name : id}` });
}

/** A rich_text block. */
export function richText(block) {
  return el("div", { class: "rich" }, block.elements.map(richPart));
}

function richPart(part) {
  const children = (part.elements || []).map((element) => (element.type.startsWith("rich_text") ? el("li", {}, (element.elements || []).map(richSpan)) : richSpan(element)));
  if (part.type === "rich_text_list") return el(part.style === "ordered" ? "ol" : "ul", {}, children);
  if (part.type === "rich_text_quote") return el("blockquote", {}, children);
  if (part.type === "rich_text_preformatted") return el("pre", {}, children);
  return el("div", { class: "rich-line" }, children);
}

function richSpan(element) {
  const kinds = {
    text: () => element.text,
    link: () => el("a", { href: /^(https?:|mailto:|tel:)/.test(element.url) ? element.url : "#", target: "_blank", rel: "noopener noreferrer", text: element.text || element.url }),
    user: () => mention(element.user_id),
    usergroup: () => el("span", { class: "mention", text: "@group" }),
    broadcast: () => el("span", { class: "mention", text: `@${element.range}` }),
    channel: () => el("span", { class: "mention", text: `#${state.channels.get(element.channel_id)?.name || "channel"}` }),
    emoji: () => (element.unicode ? String.fromCodePoint(...element.unicode.split("-").map((code) => parseInt(code, 16))) : emoji(element.name)),
    date: () => element.fallback || new Date(element.timestamp * 1000).toLocaleString("en"),
  };
  const node = (kinds[element.type] || (() => ""))();
  const style = element.style || {};
  const wrap = (tag, child) => el(tag, {}, child);
  return ["bold:b", "italic:i", "strike:s", "code:code"].reduce((child, rule) => (style[rule.split(":")[0]] ? wrap(rule.split(":")[1], child) : child), node);
}
