// Builds elements. Data only ever becomes text: there is no way here to insert markup.

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  send: "M3 11.5 21 3l-6.5 18-3.6-7.4L3 11.5Z",
  plus: "M12 5v14M5 12h14",
  more: "M12 6h.01M12 12h.01M12 18h.01",
  back: "m15 5-7 7 7 7",
  image: "M4 6.5A1.5 1.5 0 0 1 5.5 5h13A1.5 1.5 0 0 1 20 6.5v11a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 17.5zm0 9 4.5-4.5 4 4 2.5-2.5 5 5M15 9.5h.01",
  voice: "M12 4a2.5 2.5 0 0 1 2.5 2.5v5a2.5 2.5 0 0 1-5 0v-5A2.5 2.5 0 0 1 12 4Zm-6 7.5a6 6 0 0 0 12 0M12 17.5V21",
  sticker: "M5 4h14v9l-6 7H5zM13 20v-7h6M9 9h.01M14 9h.01",
  location: "M12 21s7-6.3 7-11.5A7 7 0 0 0 5 9.5C5 14.7 12 21 12 21Zm0-9.5h.01",
  contact: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7 8a7 7 0 0 1 14 0",
  document: "M6 3h8l4 4v14H6zM14 3v4h4",
  link: "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6",
  list: "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
  close: "m6 6 12 12M18 6 6 18",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  album: "M8 4h12v12H8zM4 8v12h12M8 13l3.5-3.5 3 3 2-2 3.5 3.5",
  video: "M4 7h11v10H4zM15 11l5-3v8l-5-3z",
  audio: "M9 18V6l10-2v12M9 18a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0Zm10-2a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0Z",
  contacts: "M10 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Zm-6.5 9a6.5 6.5 0 0 1 13 0M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.5a6 6 0 0 1 3 5.5",
  ad: "M4 10v4h3l8 4V6l-8 4zM18 9.5a3.5 3.5 0 0 1 0 5",
  cart: "M3 5h2.5l2 10h10l2-7H6.5M9 19.5h.01M16 19.5h.01",
  form: "M6 3h12v18H6zM9 8h6M9 12h6M9 16h3",
  poll: "M5 20V11M12 20V4M19 20v-6",
  forward: "m13 6 7 6-7 6v-4c-5 0-8 1-9 4 0-6 3-9 9-9z",
  group: "M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6Zm8 0a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM2.5 19a5.5 5.5 0 0 1 11 0M15 14a5.5 5.5 0 0 1 6.5 5",
  wave: "M7 12 5.5 9.5M7 12l3.5 6.5c2.5 2.5 7 1.5 8-2l1-5.5-2-.5-1 2.5L12 6M7 12l6-1.5M10 8.5l3 4M14 3.5c2 .3 3.5 1.5 4 3.5",
  unknown: "M9 9a3 3 0 1 1 4.2 2.700c-.8.4-1.2 1-1.2 1.800v.5M12 17.5h.01",
  bell: "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5h4",
  gif: "M4 6h16v12H4zM10.5 10H8v4h2.5v-2M13 10v4M15.5 14v-4H18M15.5 12h2",
  round: "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16Zm-2-11 5 3-5 3z",
  live: "M12 14a2 2 0 1 0 0-4 2 2 0 0 0 0 4Zm-4.5 2.5a6 6 0 0 1 0-9M16.5 7.5a6 6 0 0 1 0 9M5 19A10 10 0 0 1 5 5M19 5a10 10 0 0 1 0 14",
  shop: "M4 10 5.5 4h13L20 10M4 10a2.7 2.7 0 0 0 5.3 0 2.7 2.7 0 0 0 5.4 0A2.7 2.7 0 0 0 20 10M6 12.5V20h12v-7.5",
  dice: "M5 5h14v14H5zM9 9h.01M15 9h.01M12 12h.01M9 15h.01M15 15h.01",
  stop: "M8.5 4h7L20 8.5v7L15.5 20h-7L4 15.5v-7zM9 12h6",
  down: "m6 10 6 6 6-6",
  clip: "m19 11-7.5 7.5a4.5 4.5 0 0 1-6.4-6.400L13 4.300a3 3 0 0 1 4.3 4.300L9.5 16.300a1.5 1.5 0 0 1-2.1-2.100L14 7.7",
};

/** An element with properties (class, text, data, on, any attribute) and children (nodes or strings). */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") node.className = value;
    else if (name === "text") node.textContent = value;
    else if (name === "on") for (const [event, handler] of Object.entries(value)) node.addEventListener(event, handler);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "value" || name === "checked") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** A line icon. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** Replace all children. */
export function fill(node, ...children) {
  node.replaceChildren(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Show these nodes as the children: what is there already stays, with its focus, its scroll and a press under way. */
export function arrange(parent, ...nodes) {
  const wanted = nodes.flat(3).filter(Boolean);
  const staying = new Set(wanted);
  for (const child of [...parent.childNodes]) if (!staying.has(child)) child.remove();
  wanted.forEach((node, index) => { if (parent.childNodes[index] !== node) parent.insertBefore(node, parent.childNodes[index] || null); });
  return parent;
}

const drawn = new WeakMap();

/** The nodes of these items, made once for each key: `draw(node, item)` gets the one it made before, or undefined. */
export function keyed(owner, items, key, draw) {
  const before = drawn.get(owner) || new Map();
  const after = new Map(items.map((item) => [key(item), draw(before.get(key(item)), item)]));
  drawn.set(owner, after);
  return [...after.values()];
}

const stamps = new WeakMap();

/** Fill a node anew if what it shows has changed; the focus goes to what has the same test id. */
export function refill(node, stamp, build) {
  if (stamps.get(node) === stamp) return node;
  stamps.set(node, stamp);
  const focused = node.contains(document.activeElement) && document.activeElement.dataset.testid;
  fill(node, [build()]);
  if (focused) node.querySelector(`[data-testid="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  return node;
}

export const byId = (id) => document.getElementById(id);

/** One or two letters for an avatar. */
export function initials(name) {
  const words = name.replace(/\(.*\)/, "").trim().split(/\s+/);
  if (/[\u3400-\u9fff]/.test(name)) return name.slice(-2);
  return words.slice(0, 2).map((word) => word[0]).join("").toUpperCase();
}

/** A stable colour class for a name. */
export function tint(name) {
  let sum = 0;
  for (const char of name) sum = (sum * 31 + char.codePointAt(0)) % 997;
  return `tint-${sum % 8}`;
}

export const clock = (iso) => new Date(iso).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });

/** Run at most once a frame. */
export function frame(work) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; work(); });
  };
}

let toastTimer = 0;

/** A short word at the top of the page, in nobody's way. */
export function toast(text) {
  const node = byId("toast");
  node.textContent = text;
  node.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { node.hidden = true; }, Math.min(7000, Math.max(4000, text.length * 50)));
}
