// What a press in the store came to, in words: what was sent, who was told of it, and why somebody was not.

import { call } from "./api.js";
import { CHANNELS } from "./names.js";

const LOOKS = [250, 500, 750, 1000, 1500]; // milliseconds before each look at the desk's notices
const QUIET = "no notice follows from it";

/** Press a button; `say(text)` is called with what is known, first at once, then when the desk has decided. */
export async function press(record, action, title, say) {
  const path = `store/orders/${record.number}`;
  const before = stamps((await call(`${path}/notices`))?.notices);
  const answer = await call(`${path}/${action}`, {});
  if (!answer) return;
  const sent = `${title} #${record.number}: ${taken(answer)}`;
  say(answer.ok && takes(answer) ? `${sent} …` : sent);
  if (answer.ok && takes(answer)) say(`${sent}. ${await made(path, before, firstName(record))}`);
}

const counts = (answer) => { try { return JSON.parse(answer.answer); } catch { return {}; } };
const takes = (answer) => (counts(answer).accepted ?? 1) > 0;

function taken(answer) {
  const events = answer.sent.join(" and ");
  if (!answer.status) return `the desk does not answer; ${events} is sent again`;
  if (!answer.ok) return `the desk refused ${events} (${answer.status})${counts(answer).error ? `: ${counts(answer).error}` : ""}`;
  return takes(answer) ? `the desk took ${events}` : `the desk keeps ${events} and does nothing with it yet`;
}

async function made(path, before, name) {
  for (const pause of LOOKS) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    const answer = await call(`${path}/notices`);
    if (!answer?.known) return "What came of it tells `doorstep trace`.";
    const fresh = answer.notices.filter((notice) => before.get(notice.id) !== stamp(notice));
    if (fresh.length) return fresh.map((notice) => words(notice, name)).join(" ");
  }
  return `${name} is told nothing: ${QUIET}.`;
}

const stamp = (notice) => `${notice.state}/${notice.decisions}`;
const stamps = (notices = []) => new Map(notices.map((notice) => [notice.id, stamp(notice)]));

function words(notice, name) {
  const kind = `“${notice.kind.replaceAll("_", " ")}”`;
  if (["queued", "sent"].includes(notice.state)) return `${name} is told of ${kind} by ${CHANNELS[notice.channel] || notice.channel}.`;
  const why = reasons(notice);
  return notice.state === "held" ? `${kind} waits: ${why}.` : `${name} is not told of ${kind}: ${why}.`;
}

/** Why, each reason once, with the channels that it stands in the way of. */
function reasons(notice) {
  const found = new Map([[notice.said || notice.reason, []]]);
  for (const one of notice.refused) found.set(one.said || one.reason, [...(found.get(one.said || one.reason) || []), CHANNELS[one.channel] || one.channel]);
  return [...found].filter(([reason]) => reason).map(([reason, channels]) => (channels.length ? `${reason} (${channels.join(", ")})` : reason)).join("; ");
}

function firstName(record) {
  const { name } = record.order.customer;
  return /[\u3400-\u9fff]/.test(name) ? name : name.split(" ")[0];
}
