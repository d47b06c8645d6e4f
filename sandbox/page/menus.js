// Small menus: they open by a button, are walked with the arrow keys, and close by Escape, a choice, or a click elsewhere.

let shut = () => {};

/** Show or hide a menu; the focus goes to its first button, and back when it closes. */
export function toggle(menu) {
  if (!menu.hidden) { shut(); return; }
  shut();
  const opener = document.activeElement;
  menu.hidden = false;
  menu.querySelector("button:enabled")?.focus({ preventScroll: true });
  const pressed = (event) => {
    if (event.key === "Escape") shut();
    if (["ArrowDown", "ArrowUp"].includes(event.key) && menu.contains(document.activeElement)) { event.preventDefault(); step(menu, event.key === "ArrowDown" ? 1 : -1); }
  };
  const away = (event) => { if (!menu.contains(event.target) && !opener?.contains(event.target)) shut(); };
  shut = () => {
    if (menu.contains(document.activeElement)) standing(opener)?.focus({ preventScroll: true });
    menu.hidden = true;
    shut = () => {};
    document.removeEventListener("pointerdown", away);
    document.removeEventListener("keydown", pressed);
  };
  document.addEventListener("pointerdown", away);
  document.addEventListener("keydown", pressed);
}

/** The button itself, or the one that has been drawn in its place since. */
function standing(opener) {
  return opener?.isConnected ? opener : opener?.dataset.testid && document.querySelector(`[data-testid="${CSS.escape(opener.dataset.testid)}"]`);
}

function step(menu, by) {
  const buttons = [...menu.querySelectorAll("button:enabled")];
  buttons.at((buttons.indexOf(document.activeElement) + by) % buttons.length)?.focus();
}

/** Close whatever is open. */
export function close() {
  shut();
}

/** Put an open menu beside its button, wherever there is room on the screen. */
export function place(menu, opener) {
  const spot = opener.getBoundingClientRect();
  const below = spot.bottom + menu.offsetHeight + 8 < innerHeight;
  menu.style.top = `${below ? spot.bottom + 4 : Math.max(8, Math.min(spot.top - menu.offsetHeight - 4, innerHeight - menu.offsetHeight - 8))}px`;
  menu.style.left = `${Math.max(8, Math.min(spot.right - menu.offsetWidth, innerWidth - menu.offsetWidth - 8))}px`;
}
