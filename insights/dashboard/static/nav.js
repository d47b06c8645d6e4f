// Brings the page that is open into sight, where there are more pages than the screen is wide.
const nav = document.querySelector(".top nav");
const open = nav?.querySelector("[aria-current]");
if (open) {
  nav.scrollLeft = open.offsetLeft - (nav.clientWidth - open.offsetWidth) / 2;
  nav.scrollTop = open.offsetTop - (nav.clientHeight - open.offsetHeight) / 2;
}
