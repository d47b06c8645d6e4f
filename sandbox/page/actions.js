// What can be done with one message: react, quote, change, delete, and press its buttons as an old one.

import { el, fill } from "./dom.js";
import { close, toggle } from "./menus.js";

const EMOJI = ["👍", "❤️", "😂", "😮", "😢", "🙏"];
const TAPBACKS = ["👍", "❤️", "😂", "👎", "‼️", "❓"];
const PLAIN = { telegram: { "❤️": "❤", "😮": "😱" } };

/** Open the menu beside a bubble. `can(kind)` says what the phone knows; `act` sends, `begin` fills the composer. */
export function openActions(menu, bubble, phone, node, { can, act, begin }) {
  const own = bubble.direction === "in";
  const item = (name, title, run) => el("button", { type: "button", role: "menuitem", data: { testid: `bubble-${name}` }, on: { click: () => { close(); run(); } } }, title);
  const emoji = (phone.channel === "sms" ? TAPBACKS : EMOJI).map((shown) => PLAIN[phone.channel]?.[shown] || shown);
  const react = can("reaction") && !own && el("div", { class: "emoji-row" }, emoji.map((shown) => el("button", {
    type: "button", role: "menuitem", "aria-label": `React with ${shown}`, "aria-pressed": String(bubble.reaction === shown), data: { testid: `react-${shown}` },
    on: { click: () => { close(); act({ kind: "reaction", target: bubble.id, text: bubble.reaction === shown ? "" : shown }); } },
  }, shown)));
  const callback = bubble.choices.find((choice) => choice.kind === "callback");
  fill(menu, react,
    phone.channel !== "sms" && item("quote", "Quote", () => begin("reply", bubble)),
    own && can("edit") && !bubble.deleted && item("edit", bubble.media ? "Change the caption" : "Edit", () => begin("edit", bubble)),
    own && can("live_edit") && bubble.raw?.location?.live_period && item("move", "Move on", () => act({ kind: "live_edit", target: bubble.id, latitude: 40.7128 + Math.random() / 50, longitude: -74.006 })),
    own && can("delete") && !bubble.deleted && item("delete", "Delete for everyone", () => act({ kind: "delete", target: bubble.id })),
    phone.channel === "telegram" && callback && item("old", `Press “${callback.title}” years later`, () => act({ choice: callback.id, bubble: bubble.id, old: true })));
  if (!menu.children.length) return;
  toggle(menu);
  place(menu, node);
}

function place(menu, node) {
  const screen = menu.parentElement.getBoundingClientRect();
  const spot = node.getBoundingClientRect();
  const below = spot.bottom + menu.offsetHeight + 8 < screen.bottom - 60;
  const top = below ? spot.bottom - screen.top + 4 : spot.top - screen.top - menu.offsetHeight - 4;
  const left = Math.max(8, Math.min(spot.left - screen.left, screen.width - menu.offsetWidth - 8));
  menu.style.top = `${Math.max(56, Math.min(top, screen.height - menu.offsetHeight - 64))}px`;
  menu.style.left = `${left}px`;
}
