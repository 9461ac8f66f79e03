// A table wider than its place scrolls in its own frame, never the page; the keyboard must be able to reach what
// only the mouse could.
(() => {
  const isWider = (wrap) => wrap.scrollWidth > wrap.clientWidth;
  // What a page itself calls wide stays so. An answered row may make a table wider, never narrower: the frame
  // keeps where it was scrolled to.
  const grow = (wrap, anew) => {
    if (wrap.classList.contains("wide") && !wrap.dataset.grown) return;
    if (anew) wrap.classList.remove("wide");
    if (isWider(wrap)) {
      wrap.classList.add("wide");
      wrap.dataset.grown = "1";
    }
  };
  const mark = (event) => {
    for (const wrap of document.querySelectorAll(".table-wrap")) {
      grow(wrap, event.type === "resize");
      if (isWider(wrap) || wrap.scrollHeight > wrap.clientHeight) {
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
