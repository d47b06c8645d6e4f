// The store panel: orders and the buttons that make news about them.

import { call } from "./api.js";
import { arrange, byId, el, fill, icon, keyed, refill, toast } from "./dom.js";
import { close, place, toggle } from "./menus.js";
import { press } from "./outcome.js";
import { state } from "./state.js";

const WORDS = {
  pending_payment: "payment due", paid: "paid", fulfilled: "shipped", partially_fulfilled: "partly shipped", cancelled: "cancelled", refunded: "refunded",
  pending: "label pending", info_received: "label created", in_transit: "in transit", out_for_delivery: "out for delivery", attempt_failed: "attempt failed",
  available_for_pickup: "pick-up ready", delivered: "delivered", exception: "problem", returned: "returned", expired: "expired",
};
const TONES = {
  pending_payment: "amber", paid: "blue", cancelled: "grey", refunded: "grey", delivered: "green", exception: "red", attempt_failed: "red", returned: "grey", in_transit: "blue",
  out_for_delivery: "teal", available_for_pickup: "teal", info_received: "grey", partially_fulfilled: "blue",
};
const DONE = ["delivered", "returned"];
const MAIN = { pay: "Pay", ship: "Ship", delay: "Delay", deliver: "Deliver" };
const MORE = {
  Parcel: { out: "Out for delivery", pickup: "Ready for pick-up", fail: "Delivery attempt failed", problem: "Problem with the address", send_back: "Sent back to the store" },
  Order: { cancel: "Cancel", refund: "Refund" },
  Return: {
    return_requested: "Return is asked for", return_approved: "Approve", return_refused: "Refuse", return_label_sent: "Send the label", return_in_transit: "On its way back",
    return_received: "Received", return_inspected: "Inspected", return_completed: "Complete", return_cancelled: "Cancel the return",
  },
};
// What the carrier of an order's last parcel may say, by AfterShip (sandbox/platforms/tracking/words.py).
const CARRIER = {
  moving: "Departed a facility", customs: "With customs", out: "Out for delivery", nobody: "Nobody was there", pickup: "At the pick-up point",
  delivered: "Delivered", neighbour: "Left with a neighbour", damaged: "Damaged", lost: "Lost", returning: "On its way back",
};
const ASKED = {
  "doorstep.order.cancel": "cancel it", "doorstep.order.change_address": "change the address", "doorstep.order.change_items": "change the items",
  "doorstep.return.create": "make a return", "doorstep.refund.issue": "give money back",
};
const SHOWN = 3; // requests of the desk that an order shows, the newest
const said = new Map(); // order number: what its last press came to
const busy = new Set();
let redraw = () => {};

export function startStore(draw) {
  redraw = draw;
  byId("store-filter").addEventListener("input", draw);
}

export function drawStore() {
  const wanted = byId("store-filter").value.trim().toLowerCase();
  const orders = [...state.orders.values()].filter((record) => !wanted || `${record.number} ${record.order.customer.name} ${status(record)}`.toLowerCase().includes(wanted));
  byId("store-count").textContent = `${orders.length} orders`;
  const list = byId("orders");
  arrange(list, orders.length ? keyed(list, orders, (record) => record.number, drawRow) : el("p", { class: "nothing", text: "No order matches." }));
}

function status(record) {
  const open = record.shipments.filter((shipment) => !DONE.includes(shipment.status));
  const parcel = open[0] || record.shipments.at(-1);
  return ["fulfilled", "partially_fulfilled"].includes(record.order.status) && parcel ? parcel.status : record.order.status;
}

function drawRow(known, record) {
  const node = known || el("article", { class: "order", data: { testid: `order-${record.number}` } });
  const words = said.get(record.number);
  return refill(node, JSON.stringify([record, words, busy.has(record.number)]), () => parts(record, words));
}

function parts(record, words) {
  const { order, number, shipments } = record;
  const now = status(record);
  const moving = shipments.some((shipment) => !DONE.includes(shipment.status));
  const [first, ...rest] = order.lines;
  const back = record.return && record.return.state.replaceAll("_", " ");
  return [
    el("div", { class: "order-line" }, el("b", { text: `#${number}` }), el("span", { class: "order-who", text: order.customer.name }),
      order.customer.tier === "vip" && el("span", { class: "vip", text: "VIP" }), el("span", { class: `pill ${TONES[now] || "blue"}`, data: { testid: `order-${number}-status` }, text: WORDS[now] || now })),
    el("div", { class: "order-what", text: `${first.title}${rest.length ? ` +${rest.length}` : ""} · ${order.total} ${order.currency}${due(record, moving)}${back ? ` · return ${back}` : ""}` }),
    el("div", { class: "order-buttons" }, Object.entries(MAIN).map(([action, title]) => button(record, action, title)), more(record)),
    ...(record.asked || []).slice(-SHOWN).map((asked) => request(number, asked)),
    words && el("p", { class: "order-said", data: { testid: `order-${number}-said` }, text: words }),
  ];
}

function button(record, action, title) {
  return el("button", { type: "button", disabled: !may(record, action), data: { testid: `order-${record.number}-${action}` }, "aria-label": `${title} order ${record.number}`, on: { click: () => act(record, action, title) } }, title);
}

/** What the desk asked the store for; one that waits for people has their buttons. */
function request(number, asked) {
  const waits = asked.state === "pending";
  const words = `The desk asks: ${ASKED[asked.type] || asked.type} · ${asked.state}${asked.reason ? ` (${asked.reason})` : ""}`;
  const decide = (decision, title) => el("button", {
    type: "button", data: { testid: `order-${number}-asked-${decision}` }, "aria-label": `${title} what the desk asks about order ${number}`,
    on: { click: () => call(`store/requests/${asked.id}/${decision}`, {}) },
  }, title);
  return el("div", { class: "order-asked", data: { testid: `order-${number}-asked`, state: asked.state } }, el("span", { text: words }), waits && decide("do", "Do it"), waits && decide("refuse", "Refuse"));
}

const may = (record, action) => record.can.includes(action) && !busy.has(record.number);

function more(record) {
  const offers = tracked(record) || Object.values(MORE).some((group) => Object.keys(group).some((action) => may(record, action)));
  return el("button", { type: "button", class: "order-more", disabled: !offers, "aria-haspopup": "menu", "aria-label": `More for order ${record.number}`, data: { testid: `order-${record.number}-more` }, on: { click: (event) => openMore(record, event.currentTarget) } }, "More", icon("down"));
}

/** All other buttons of an order; those that may not be pressed now are grey. */
function openMore(record, opener) {
  const menu = byId("order-menu");
  if (!menu.hidden) { close(); return; }
  fill(menu, Object.entries(MORE).flatMap(([group, actions]) => [el("div", { class: "menu-rule", role: "presentation", text: group }), ...Object.entries(actions).map(([action, title]) => el("button", {
    type: "button", role: "menuitem", disabled: !may(record, action), data: { testid: `order-${record.number}-${action}` }, on: { click: () => { close(); act(record, action, title); } },
  }, title))]).concat(carrier(record)));
  toggle(menu);
  place(menu, opener);
}

const tracked = (record) => record.shipments.findLast((shipment) => shipment.tracking_number);

/** What the carrier itself may tell, past the store. */
function carrier(record) {
  const parcel = tracked(record);
  return [el("div", { class: "menu-rule", role: "presentation", text: "The carrier says" }), ...Object.entries(CARRIER).map(([step, title]) => el("button", {
    type: "button", role: "menuitem", disabled: !parcel, data: { testid: `order-${record.number}-carrier-${step}` }, on: { click: () => { close(); tell(record, parcel, step, title); } },
  }, title))];
}

async function tell(record, parcel, step, title) {
  const { answers } = await call("carriers/tell", { service: "aftership", number: parcel.tracking_number, carrier: parcel.carrier, step });
  const words = answers[0].ok ? `The carrier of #${record.number} said: ${title}.` : `Nobody took what the carrier said (${answers[0].status}).`;
  said.set(record.number, words);
  toast(words);
  redraw();
}

function due(record, moving) {
  const parcel = record.shipments.find((shipment) => !DONE.includes(shipment.status));
  const date = moving && parcel ? parcel.eta : record.order.status === "paid" ? record.order.promised_by : "";
  return date ? ` · due ${new Date(`${date}T12:00:00`).toLocaleDateString("en", { day: "numeric", month: "short" })}` : "";
}

async function act(record, action, title) {
  busy.add(record.number);
  redraw();
  await press(record, action, title, (words) => {
    busy.delete(record.number);
    said.set(record.number, words);
    toast(words);
    redraw();
  });
  busy.delete(record.number);
  redraw();
}
