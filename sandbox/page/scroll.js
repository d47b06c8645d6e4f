// Keeps a list at its end while it grows, as chats do, unless somebody has scrolled away.

import { el, icon } from "./dom.js";

const NEAR = 60;

/** Follow `lines` inside the scrolling `box`; `looked` is called when what is in sight may have changed. */
export function follow(box, lines, looked = () => {}) {
  let atEnd = true;
  let last = 0;
  const near = () => box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
  const end = () => { atEnd = true; box.scrollTop = box.scrollHeight; };
  box.addEventListener("scroll", () => {
    // Growing never moves the top up: only a person does.
    if (near()) atEnd = true;
    else if (box.scrollTop < last - 1) atEnd = false;
    last = box.scrollTop;
    looked();
  });
  const watch = new ResizeObserver(() => { if (atEnd) end(); looked(); });
  watch.observe(lines);
  watch.observe(box);
  return { end, atEnd: () => atEnd };
}

/** Tell whether a node is in sight inside the box; at least its lower end. */
export function inSight(box, node) {
  const [outer, inner] = [box.getBoundingClientRect(), node.getBoundingClientRect()];
  return outer.height > 0 && inner.bottom > outer.top && Math.min(inner.bottom, inner.top + 40) <= outer.bottom;
}

/** A button over the foot of a list: there is something new out of sight. */
export function jumpButton(testid, run) {
  return el("button", { type: "button", class: "jump", hidden: true, data: { testid }, on: { click: run } }, icon("down"), el("span"));
}
