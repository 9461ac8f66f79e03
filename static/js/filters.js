// On a phone the filters of a list are folded away until they are asked for or in use; wider pages always show them.
(() => {
  const narrow = matchMedia("(max-width: 760px)");
  const fold = () => {
    for (const box of document.querySelectorAll("details.filter-box")) {
      box.open = !narrow.matches || box.hasAttribute("data-keep-open");
    }
  };
  fold();
  narrow.addEventListener("change", fold);
})();
