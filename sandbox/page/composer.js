// The line at the foot of the phone: words, what they answer or change, and the attach menu.

import { el, fill, icon } from "./dom.js";
import { captioned, itemsOf, takesCaption } from "./kinds.js";
import { close, toggle } from "./menus.js";
import { state } from "./state.js";

/** Build the composer; `act(body)` sends. Gives {form, menu, bar, input, begin, settle}. */
export function composer(phone, known, draft, act) {
  const input = el("input", { "aria-label": "Message", placeholder: "Message", data: { testid: "phone-input" }, autocomplete: "off", value: draft });
  const bar = el("div", { class: "context-bar", hidden: true, data: { testid: "context-bar" } });
  let about = null;
  const settle = () => { about = null; bar.hidden = true; };
  const send = async (body) => {
    const context = about?.way === "reply" ? { reply_to: about.bubble.id } : {};
    settle();
    return act(body.batch || body.target ? body : { ...body, ...context });
  };
  const begin = (way, bubble) => {
    about = { way, bubble };
    if (way === "edit") input.value = bubble.text;
    fill(bar, el("span", {}, el("b", { text: way === "edit" ? "Edit your message" : `Answer to ${bubble.direction === "in" ? "yourself" : state.shop}` }), el("small", { text: bubble.text || bubble.kind })),
      el("button", { class: "plain", type: "button", "aria-label": "Cancel", on: { click: () => { if (way === "edit") input.value = ""; settle(); input.focus(); } } }, icon("close")));
    bar.hidden = false;
    input.focus();
  };
  const say = async () => {
    const text = input.value.trim();
    if (!text) return;
    input.value = "";
    const body = about?.way === "edit" ? { kind: "edit", target: about.bubble.id, text } : { text };
    if (!(await send(body))) input.value = text;
  };
  const menu = attachMenu(phone, known, (item) => {
    const words = takesCaption(item) ? input.value.trim() : "";
    if (words) input.value = "";
    send(captioned(item, words));
  });
  const attach = el("button", { class: "round attach", type: "button", "aria-label": "Attach", "aria-haspopup": "menu", data: { testid: "phone-attach" }, on: { click: () => toggle(menu) } }, icon("plus"));
  const button = el("button", { class: "round send", type: "submit", "aria-label": "Send", data: { testid: "phone-send" } }, icon("send"));
  const form = el("form", { class: "composer", on: { submit: (event) => { event.preventDefault(); say(); } } }, attach, input, button);
  return { form, menu, bar, input, begin };
}

function attachMenu(phone, known, send) {
  const [everyday, special] = itemsOf(phone.channel, known);
  const tile = ({ name, icon: sign, title, act }) => el("button", { type: "button", role: "menuitem", class: "tile", data: { testid: `attach-${name}` }, on: { click: () => { close(); send(act); } } },
    el("span", { class: "tile-sign" }, icon(sign)), title);
  return el("div", { class: "menu attach-menu", role: "menu", hidden: true, data: { testid: "attach-menu" } },
    el("div", { class: "tiles" }, everyday.map(tile)),
    special.length && [el("div", { class: "menu-rule", text: TITLES[phone.channel] }), el("div", { class: "tiles" }, special.map(tile))]);
}

const TITLES = { whatsapp: "Only on WhatsApp", messenger: "Only on Messenger", telegram: "Only on Telegram", sms: "Only by SMS", twilio_whatsapp: "Only on WhatsApp" };
