// What a customer can send from each kind of phone, as the attach menu offers it.

const AD = { source_url: "https://fb.me/winter-boots", source_id: "120210000000000001", source_type: "ad", headline: "Winter boots", body: "Warm feet for less" };
const SOMEBODY = { name: "Anna Berg", phone: "+12025550177" };

/** [name, icon, title, kind that the phone must know, act]; the name makes the test id. */
const EVERYDAY = [
  ["image", "image", "Photo", "image"],
  ["album", "album", "Album", "image", { batch: [{ kind: "image" }, { kind: "image" }, { kind: "image" }] }],
  ["video", "video", "Video", "video"],
  ["voice", "voice", "Voice note", "voice"],
  ["audio", "audio", "Audio", "audio"],
  ["document", "document", "File", "document"],
  ["sticker", "sticker", "Sticker", "sticker"],
  ["location", "location", "Location", "location"],
  ["contact", "contact", "My contact", "contact"],
  ["somebody", "contacts", "A contact", "contact", { kind: "contact", contact: SOMEBODY }],
];

const SPECIAL = {
  whatsapp: [
    ["ad", "ad", "Ad click", "text", { text: "Hi! I saw your ad.", referral: AD }],
    ["order", "cart", "Cart", "order"],
    ["form", "form", "Form", "form"],
    ["poll", "poll", "Poll", "poll"],
    ["forward", "forward", "Forward", "text", { text: "Look what I got", forwarded: true }],
    ["group", "group", "In a group", "text", { text: "Anybody here?", group: "family" }],
    ["welcome", "wave", "First open", "welcome"],
    ["unsupported", "unknown", "Unknown", "unsupported"],
  ],
  messenger: [
    ["get_started", "wave", "Get started", "get_started"],
    ["referral", "link", "m.me link", "referral", { kind: "referral", referral: { ref: "order-1010" } }],
    ["ad", "ad", "Ad click", "text", { text: "Hi! I saw your ad.", referral: { source: "ADS", type: "OPEN_THREAD", ad_id: "6045246247433" } }],
    ["cart", "cart", "Cart", "cart"],
    ["reel", "video", "Reel", "reel"],
    ["post", "image", "Post", "post"],
    ["optin", "bell", "Opt in", "optin"],
    ["unsupported", "unknown", "Unknown", "unsupported"],
  ],
  telegram: [
    ["animation", "gif", "GIF", "animation"],
    ["video_note", "round", "Round clip", "video_note"],
    ["live", "live", "Live place", "live"],
    ["venue", "shop", "Venue", "venue"],
    ["start", "link", "Deep link", "start", { kind: "start", payload: "order-1007" }],
    ["forward", "forward", "Forward", "text", { text: "Look what I got", forwarded: true }],
    ["poll", "poll", "Poll", "poll"],
    ["dice", "dice", "Dice", "dice"],
    ["story", "round", "Story", "story"],
    ["group", "group", "In a group", "text", { text: "Anybody here?", group: true }],
    ["unknown", "unknown", "Unknown", "unknown"],
  ],
  sms: [
    ["mms", "album", "Mixed MMS", "mms", { kind: "mms", files: ["image", "contact", "video"] }],
    ["stop", "stop", "STOP", "text", { text: "STOP" }],
    ["again", "wave", "START", "text", { text: "START" }],
    ["help", "unknown", "HELP", "text", { text: "HELP" }],
  ],
  twilio_whatsapp: [
    ["ad", "ad", "Ad click", "text", { text: "Hi! I saw your ad.", referral: AD }],
    ["form", "form", "Form", "form"],
    ["forward", "forward", "Forward", "text", { text: "Look what I got", forwarded: true }],
    ["unsupported", "unknown", "Unknown", "unsupported"],
  ],
};
const ALBUMS = { telegram: { kind: "album", count: 3 }, sms: { kind: "mms", files: ["image", "image", "image"] } };
const CAPTIONED = new Set(["image", "album", "video", "document", "animation", "mms"]);

/** The everyday and the special items of a phone: [{name, icon, title, act}]; `known` are its kinds, if they are known. */
export function itemsOf(channel, known) {
  const usable = ([, , , kind]) => !known || kind === "text" || known.includes(kind);
  return [EVERYDAY, SPECIAL[channel] || []].map((list) => list.filter(usable).map(([name, icon, title, kind, act]) => (
    { name, icon, title, act: name === "album" ? ALBUMS[channel] || act : act || { kind } })));
}

/** The act with what is already typed as its caption, where one is possible. */
export function captioned(act, words) {
  if (!words) return act;
  if (act.batch) return { ...act, batch: act.batch.map((one, index) => (index ? one : { ...one, text: words })) };
  return CAPTIONED.has(act.kind) ? { ...act, text: words } : act;
}

export const takesCaption = (act) => Boolean(act.batch) || CAPTIONED.has(act.kind);
