// The store panel: orders and the buttons that make news about them.

import { call } from "./api.js";
import { byId, el, fill, toast } from "./dom.js";
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

export function startStore(draw) {
  byId("store-filter").addEventListener("input", draw);
}

export function drawStore() {
  const wanted = byId("store-filter").value.trim().toLowerCase();
  const orders = [...state.orders.values()].filter((record) => !wanted || `${record.number} ${record.order.customer.name} ${status(record)}`.toLowerCase().includes(wanted));
  byId("store-count").textContent = `${orders.length} orders`;
  fill(byId("orders"), orders.length ? orders.map(row) : el("p", { class: "nothing", text: "No order matches." }));
}

function status(record) {
  const open = record.shipments.filter((shipment) => !DONE.includes(shipment.status));
  const parcel = open[0] || record.shipments.at(-1);
  return ["fulfilled", "partially_fulfilled"].includes(record.order.status) && parcel ? parcel.status : record.order.status;
}

function row(record) {
  const { order, number, shipments } = record;
  const now = status(record);
  const moving = shipments.some((shipment) => !DONE.includes(shipment.status));
  const allowed = {
    pay: order.status === "pending_payment",
    ship: ["paid", "partially_fulfilled"].includes(order.status),
    delay: order.status === "paid" || (moving && order.status.endsWith("fulfilled")),
    deliver: moving,
  };
  const [first, ...rest] = order.lines;
  return el("article", { class: "order", data: { testid: `order-${number}` } },
    el("div", { class: "order-line" }, el("b", { text: `#${number}` }), el("span", { class: "order-who", text: order.customer.name }),
      order.customer.tier === "vip" && el("span", { class: "vip", text: "VIP" }), el("span", { class: `pill ${TONES[now] || "blue"}`, data: { testid: `order-${number}-status` }, text: WORDS[now] || now })),
    el("div", { class: "order-what", text: `${first.title}${rest.length ? ` +${rest.length}` : ""} · ${order.total} ${order.currency}${due(record, moving)}` }),
    el("div", { class: "order-buttons" }, Object.entries(allowed).map(([action, can]) => el("button", {
      type: "button", disabled: !can, data: { testid: `order-${number}-${action}` }, "aria-label": `${action} order ${number}`, on: { click: (event) => act(event.currentTarget, number, action) },
    }, action[0].toUpperCase() + action.slice(1)))));
}

function due(record, moving) {
  const parcel = record.shipments.find((shipment) => !DONE.includes(shipment.status));
  const date = moving && parcel ? parcel.eta : record.order.status === "paid" ? record.order.promised_by : "";
  return date ? ` · due ${new Date(`${date}T12:00:00`).toLocaleDateString("en", { day: "numeric", month: "short" })}` : "";
}

async function act(button, number, action) {
  button.disabled = true;
  const answer = await call(`store/orders/${number}/${action}`, {});
  if (answer && !answer.ok) toast(answer.status ? `The desk refused the event: ${answer.status}` : "The desk does not answer; the event is sent again.");
  else if (answer) toast(`Order ${number}: the desk was told.`);
}
