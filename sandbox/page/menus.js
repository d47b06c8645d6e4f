// Small menus on the phone: they open by a button, and close by Escape, a choice, or a click elsewhere.

let shut = () => {};

/** Show or hide a menu; the focus goes to its first button. */
export function toggle(menu) {
  if (!menu.hidden) { shut(); return; }
  shut();
  menu.hidden = false;
  menu.querySelector("button")?.focus({ preventScroll: true });
  const away = (event) => {
    if (event.type === "keydown" ? event.key === "Escape" : !menu.contains(event.target)) shut();
  };
  shut = () => {
    menu.hidden = true;
    shut = () => {};
    document.removeEventListener("pointerdown", away);
    document.removeEventListener("keydown", away);
  };
  setTimeout(() => { document.addEventListener("pointerdown", away); document.addEventListener("keydown", away); });
}

/** Close whatever is open. */
export function close() {
  shut();
}
