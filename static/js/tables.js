// A table wider than its place scrolls; the keyboard must be able to reach what only the mouse could.
(() => {
  const mark = () => {
    for (const wrap of document.querySelectorAll(".table-wrap")) {
      if (wrap.scrollWidth > wrap.clientWidth || wrap.scrollHeight > wrap.clientHeight) {
        wrap.tabIndex = 0;
      } else {
        wrap.removeAttribute("tabindex");
      }
    }
  };
  addEventListener("DOMContentLoaded", mark);
  addEventListener("resize", mark);
  document.addEventListener("htmx:afterSettle", mark);
})();
