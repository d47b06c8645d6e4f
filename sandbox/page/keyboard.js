// The keys below the chat: Messenger's quick replies, Telegram's reply keyboard.

import { el, icon, refill } from "./dom.js";

const KEYS = ["text", "contact", "location"];

/** Draw the keys that the chat offers now; a Telegram keyboard stays until it is replaced or taken away. */
export function drawKeys(node, input, bubbles, phone, tap) {
  const source = phone.channel === "telegram" ? bubbles.findLast((bubble) => bubble.choices.some((choice) => KEYS.includes(choice.kind))) : bubbles.at(-1);
  const markup = (phone.channel === "telegram" && source?.raw?.reply_markup) || {};
  input.placeholder = markup.input_field_placeholder || "Message";
  const kinds = phone.channel === "telegram" ? KEYS : ["quick_reply", "text"];
  const offers = source && source.direction === "out" && source.kind !== "interactive";
  const choices = offers ? source.choices.filter((choice) => kinds.includes(choice.kind)) : [];
  refill(node, JSON.stringify([source?.id, choices]), () => choices.map((choice) => el("button", {
    type: "button", class: "quick", data: { testid: "choice-button", choice: choice.id }, on: { click: () => tap(source, choice) },
  }, KEYS.slice(1).includes(choice.kind) && icon(choice.kind), choice.title)));
}
