// Files of a bubble: pictures as previews, everything else as a chip with name and size.

import { el, icon } from "./dom.js";

/** A picture, a voice note's wave, or a chip. */
export function mediaNode(media, own) {
  if (media.kind === "sticker") return el("div", { class: "sticker", role: "img", "aria-label": "Sticker", text: "🧡" });
  if (media.kind === "image" && media.path) return picture(media);
  if (media.kind === "voice" || (media.kind === "audio" && own)) return voice(media);
  return chip(media);
}

/** Several files of one message. */
export function filesNode(files, own) {
  const lone = files.filter((file) => file.kind === "image").length % 2 ? " odd" : "";
  return el("div", { class: `files${lone}` }, files.map((file) => mediaNode(file, own)));
}

export function bytes(size) {
  if (!size) return "";
  if (size < 1000) return `${size} B`;
  return size < 1_000_000 ? `${Math.round(size / 1000)} KB` : `${(size / 1_000_000).toFixed(1)} MB`;
}

function picture(media) {
  const source = media.path.replace(/^\//, "");
  const node = el("a", { class: "photo-link", href: source, target: "_blank", rel: "noopener noreferrer" },
    el("img", { class: "photo", src: source, alt: media.name || "Photo", on: { error: () => node.replaceWith(chip(media)) } }));
  return node;
}

function voice(media) {
  return el("div", { class: "voice", role: "img", "aria-label": "Voice message" }, el("span", { class: "play" }), el("span", { class: "wave" }), el("span", { class: "length", text: bytes(media.size) || "0:03" }));
}

function chip(media) {
  const name = media.name || media.link.split("?")[0].split("/").at(-1) || media.kind;
  const sign = ["image", "video", "audio"].includes(media.kind) ? media.kind : "file";
  const about = [media.mime.split("/").at(-1).split(";")[0], bytes(media.size)].filter(Boolean).join(" · ");
  return el("a", { class: "file", href: media.path ? media.path.replace(/^\//, "") : media.link, target: "_blank", rel: "noopener noreferrer", data: { testid: "file-chip" } },
    el("span", { class: "file-sign" }, icon(sign)), el("span", { class: "file-words" }, el("b", { text: name }), about && el("small", { text: about })));
}
