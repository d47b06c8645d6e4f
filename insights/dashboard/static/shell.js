// What every page does: it shows where one is, and sorts its tables.

// Brings the page that is open into sight, where there are more pages than the screen is wide.
const nav = document.querySelector(".top nav");
const here = nav?.querySelector("[aria-current]");
if (here) {
  nav.scrollLeft = here.offsetLeft - (nav.clientWidth - here.offsetWidth) / 2;
  nav.scrollTop = here.offsetTop - (nav.clientHeight - here.offsetHeight) / 2;
}

// Sorts tables by the columns people press; each stays readable without it.
for (const table of document.querySelectorAll("table[data-sortable]")) {
  const body = table.tBodies[0];
  if (body.rows.length < 2) continue;
  for (const [at, head] of [...table.tHead.rows[0].cells].entries()) {
    if (!head.textContent.trim()) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => sort(table, body, head, at));
  }
}

function sort(table, body, head, at) {
  const isNumber = head.classList.contains("number");
  const isDown = head.ariaSort ? head.ariaSort === "ascending" : isNumber;
  for (const each of table.tHead.rows[0].cells) each.removeAttribute("aria-sort");
  head.ariaSort = isDown ? "descending" : "ascending";
  const words = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const key = (row) => row.cells[at]?.dataset.sort ?? row.cells[at]?.textContent.trim() ?? "";
  const compare = isNumber ? (a, b) => Number(a) - Number(b) : (a, b) => words.compare(a, b);
  const rows = [...body.rows].map((row) => [key(row), row]);
  const filled = rows.filter(([value]) => value !== "").sort((a, b) => compare(a[0], b[0]) * (isDown ? -1 : 1));
  body.append(...[...filled, ...rows.filter(([value]) => value === "")].map(([, row]) => row));
}
