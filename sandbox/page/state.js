// What the page knows; filled once, then changed by the stream.

export const state = {
  shop: "",
  product: { url: "", reachable: null },
  people: [],
  phones: new Map(),
  channels: new Map(),
  main: "",
  users: new Map(),
  botUser: "",
  modals: {},
  homes: {},
  orders: new Map(),
  log: [],
  faults: [],
  pace: {},
  kinds: {},
  phone: "",
  seen: new Map(), // phone id: the time of the newest message of the store that was looked at
  unseen: new Map(), // Slack channel id: the ts of messages that nobody has looked at
  agent: "bea",
  channel: "",
};

const LOG_LIMIT = 1000;

export function load(given) {
  const first = !state.phones.size;
  const before = state.channels;
  state.shop = given.shop;
  state.product = given.product;
  state.people = given.people;
  state.phones = new Map(given.phones.map((phone) => [phone.id, { ...phone, bubbles: new Map(phone.bubbles.map((bubble) => [bubble.id, bubble])) }]));
  state.main = given.slack.main;
  state.channels = new Map(given.slack.channels.map((channel) => [channel.id, { ...channel, messages: new Map(channel.messages.map((m) => [m.ts, m])) }]));
  state.channel = state.channels.has(state.channel) ? state.channel : state.main;
  state.users = new Map(given.users.map((user) => [user.id, user]));
  state.botUser = given.bot_user;
  state.modals = given.slack.modals;
  state.homes = given.slack.homes;
  state.orders = new Map(given.orders.map((order) => [order.number, order]));
  state.log = given.log;
  state.faults = given.faults;
  state.pace = given.pace;
  state.kinds = given.kinds || {};
  if (!state.phones.has(state.phone)) state.phone = given.phones[0]?.id || "";
  if (first) for (const phone of state.phones.values()) state.seen.set(phone.id, newest(phone));
  else for (const channel of state.channels.values()) for (const ts of channel.messages.keys()) if (!before.get(channel.id)?.messages.has(ts)) waitingIn(channel.id).add(ts);
  for (const [id, waiting] of state.unseen) for (const ts of waiting) if (!state.channels.get(id)?.messages.has(ts)) waiting.delete(ts);
}

/** The messages of a Slack channel that nobody has looked at. */
export function waitingIn(channel) {
  if (!state.unseen.has(channel)) state.unseen.set(channel, new Set());
  return state.unseen.get(channel);
}

/** The time of the store's newest message on a phone; "" when there is none. */
export function newest(phone) {
  let time = "";
  for (const bubble of phone.bubbles.values()) if (bubble.direction === "out" && bubble.time > time) time = bubble.time;
  return time;
}

/** Tell whether the store has written what nobody has looked at. */
export const unread = (phone) => Boolean(phone) && newest(phone) > (state.seen.get(phone.id) || "");

const CHANGES = {
  bubble(bubble) {
    state.phones.get(bubble.phone)?.bubbles.set(bubble.id, bubble);
    if (bubble.direction === "out" && state.phones.has(bubble.phone)) state.phones.get(bubble.phone).typing = false;
    if (bubble.direction === "in" && state.phones.has(bubble.phone)) state.phones.get(bubble.phone).window_open = true;
  },
  phone(phone) {
    const known = state.phones.get(phone.id);
    state.phones.set(phone.id, { ...known, ...phone, bubbles: known?.bubbles || new Map() });
  },
  person(person) {
    const known = state.people.some((one) => one.id === person.id);
    state.people = known ? state.people.map((one) => (one.id === person.id ? person : one)) : [...state.people, person];
  },
  slack(message) {
    if (!state.channels.has(message.channel)) state.channels.set(message.channel, { id: message.channel, name: message.channel_name || "direct", direct: true, messages: new Map() });
    const messages = state.channels.get(message.channel).messages;
    const waiting = waitingIn(message.channel);
    if (message.deleted) { messages.delete(message.ts); waiting.delete(message.ts); return; }
    if (!messages.has(message.ts) && (!message.ephemeral_to || message.ephemeral_to === agent()?.id)) waiting.add(message.ts);
    messages.set(message.ts, message);
  },
  views(value) { state.modals[value.user] = value.modals; state.homes[value.user] = value.home; },
  order(order) { state.orders.set(order.number, order); },
  log(entry) { if (!(state.log.at(-1)?.id >= entry.id)) state.log = [...state.log, entry].slice(-LOG_LIMIT); },
  faults(value) { state.faults = value; },
  pace(value) { state.pace = value; },
  product(value) { state.product = { ...state.product, ...value }; },
};

/** Take one change in. */
export function apply(topic, value) {
  CHANGES[topic]?.(value);
}

/** The Slack user that the visitor plays. */
export function agent() {
  return [...state.users.values()].find((user) => user.name === state.agent);
}
