// Block Kit: messages, modals and homes as nodes.

import { el, icon } from "./dom.js";
import { emoji, mrkdwn, plain, richText } from "./mrkdwn.js";
import { state } from "./state.js";

/** Blocks as nodes; `press(actionId, value)` is called for actions, `suggest(actionId, query)` gives options of external selects. */
export function blockNodes(blocks, tools) {
  return blocks.map((block) => (BLOCKS[block.type] || unknown)(block, tools));
}

function textNodes(text) {
  if (!text) return [];
  if (text.type === "mrkdwn") return mrkdwn(text.text);
  return [plain(text.text).replace(/:([a-z0-9_+-]+):/g, (whole, name) => emoji(name))];
}

const BLOCKS = {
  section: (block, tools) => el("div", { class: "bk-section" },
    el("div", { class: "bk-main" }, block.text && el("div", { class: "bk-text" }, textNodes(block.text)),
      block.fields && el("div", { class: "bk-fields" }, block.fields.map((field) => el("div", { class: "bk-field" }, textNodes(field))))),
    block.accessory && element(block.accessory, tools)),
  header: (block) => el("h3", { class: "bk-header" }, textNodes(block.text)),
  context: (block) => el("div", { class: "bk-context" }, block.elements.map((part) => (part.type === "image" ? el("span", { class: "bk-thumb", title: part.alt_text }) : el("span", {}, textNodes(part))))),
  divider: () => el("hr", { class: "bk-divider" }),
  actions: (block, tools) => el("div", { class: "bk-actions" }, block.elements.map((part) => element(part, tools))),
  rich_text: (block) => richText(block),
  markdown: (block) => el("div", { class: "bk-text" }, mrkdwn(block.text.replace(/\*\*(.+?)\*\*/g, "*$1*"))),
  image: (block) => el("div", { class: "bk-image" }, icon("image"), block.alt_text),
  input: (block, tools) => {
    const error = tools.errors?.[block.block_id];
    const field = element(block.element, tools, block.block_id);
    if (error) field.setAttribute("aria-invalid", "true");
    if (block.dispatch_action && field.matches("select, .bk-ticks")) {
      field.addEventListener("change", () => tools.press(block.element.action_id, tools.values[block.block_id]));
    }
    return el("label", { class: "bk-input" }, el("span", { class: "bk-label" }, textNodes(block.label), block.optional && el("small", { text: " (optional)" })), field,
      block.hint && el("small", { class: "muted" }, textNodes(block.hint)), error && el("span", { class: "bk-error", role: "alert", text: error }));
  },
};

function unknown(block) {
  return el("div", { class: "bk-context", text: `[${block.type}]` });
}

function element(part, tools, blockId) {
  return (ELEMENTS[part.type] || other)(part, tools, blockId);
}

function field(part, tools, blockId, node) {
  node.dataset.testid = `slack-action-${part.action_id}`;
  node.dataset.action = part.action_id;
  if (blockId) {
    node.dataset.block = blockId;
    const kept = tools.values?.[blockId];
    if (kept !== undefined) node.value = kept;
    node.addEventListener("input", () => { tools.values[blockId] = node.value; });
  } else node.addEventListener("change", () => { if (node.value) tools.press(part.action_id, node.value); });
  return node;
}

const optionNodes = (options = []) => options.map((option) => el("option", { value: option.value, text: plain(option.text.text) }));

function select(part, tools, blockId) {
  const groups = (part.option_groups || []).map((group) => el("optgroup", { label: plain(group.label.text) }, optionNodes(group.options)));
  const node = el("select", { class: "bk-select", "aria-label": part.placeholder?.text || part.action_id },
    el("option", { value: "", text: part.placeholder ? plain(part.placeholder.text) : "Choose" }), optionNodes(part.options), groups);
  if (part.initial_option) node.value = part.initial_option.value;
  return field(part, tools, blockId, node);
}

function people(part, tools, blockId) {
  const options = [...state.users.values()].filter((user) => !user.is_bot).map((user) => el("option", { value: user.id, text: user.real_name }));
  const node = el("select", { class: "bk-select", "aria-label": part.placeholder?.text || "Person" }, el("option", { value: "", text: part.placeholder ? plain(part.placeholder.text) : "Choose a person" }), options);
  if (part.initial_user) node.value = part.initial_user;
  return field(part, tools, blockId, node);
}

function external(part, tools, blockId) {
  const node = el("select", { class: "bk-select", "aria-label": part.placeholder?.text || part.action_id }, el("option", { value: "", text: part.placeholder ? plain(part.placeholder.text) : "Choose" }));
  const initial = part.initial_option;
  if (initial) {
    node.append(...optionNodes([initial]));
    node.value = initial.value;
  }
  let asked = false;
  node.addEventListener("focus", async () => {
    if (asked) return;
    asked = true;
    const answer = await tools.suggest(part.action_id, "");
    node.append(...optionNodes((answer?.options || []).filter((option) => option.value !== initial?.value)));
  });
  return field(part, tools, blockId, node);
}

function overflow(part, tools) {
  const node = el("select", { class: "bk-select bk-overflow", "aria-label": "More actions" }, el("option", { value: "", text: "⋯" }), optionNodes(part.options));
  return field(part, tools, undefined, node);
}

function ticks(kind) {
  return (part, tools, blockId) => {
    const group = el("span", { class: "bk-ticks", role: kind === "radio" ? "radiogroup" : "group", data: { testid: `slack-action-${part.action_id}`, block: blockId || "" } });
    const initial = [part.initial_option, ...(part.initial_options || [])].filter(Boolean).map((option) => option.value);
    const kept = tools.values?.[blockId] ?? initial;
    for (const option of part.options) {
      const box = el("input", { type: kind, name: part.action_id, value: option.value, checked: [kept].flat().includes(option.value) });
      box.addEventListener("change", () => {
        const chosen = [...group.querySelectorAll("input:checked")].map((one) => one.value);
        const value = kind === "radio" ? chosen[0] : chosen;
        if (blockId) tools.values[blockId] = value;
        else tools.press(part.action_id, value);
      });
      group.append(el("label", {}, box, el("span", {}, textNodes(option.text))));
    }
    return group;
  };
}

function typed(type) {
  return (part, tools, blockId) => {
    const props = { class: "bk-field-input", placeholder: part.placeholder?.text, value: part.initial_value || part.initial_date || part.initial_time || "", "aria-label": part.placeholder?.text || part.action_id };
    const node = part.multiline ? el("textarea", { ...props, rows: "4" }) : el("input", { ...props, type });
    return field(part, tools, blockId, node);
  };
}

const ELEMENTS = {
  button: (part, tools) => el("button", {
    type: "button", class: `bk-button ${part.style || ""}`, data: { testid: `slack-action-${part.action_id}` },
    on: { click: () => {
      if (part.confirm && !window.confirm(plain(part.confirm.text?.text || part.confirm.title?.text || "Sure?"))) return;
      if (part.url) window.open(part.url, "_blank", "noopener");
      tools.press(part.action_id, part.value);
    } },
  }, textNodes(part.text)),
  static_select: select,
  external_select: external,
  multi_static_select: select,
  users_select: people,
  multi_users_select: people,
  overflow,
  radio_buttons: ticks("radio"),
  checkboxes: ticks("checkbox"),
  plain_text_input: typed("text"),
  email_text_input: typed("email"),
  number_input: typed("number"),
  url_text_input: typed("url"),
  datepicker: typed("date"),
  timepicker: typed("time"),
  image: (part) => el("span", { class: "bk-thumb", title: part.alt_text }),
};

function other(part) {
  return el("span", { class: "muted", text: `[${part.type}]` });
}
