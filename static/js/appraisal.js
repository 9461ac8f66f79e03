// Appraising on the list's page: j and k go from line to line, a accepts, r opens the return box.
(() => {
  const table = document.querySelector("[data-lines]");
  if (!table) return;

  const walk = window.walkLines(table, {
    own(event) {
      const field = event.target.closest("input, textarea, select");
      if (event.key === "Escape" && field && table.contains(field)) {
        field.closest("details").open = false;
        walk.stay();
        return true;
      }
      return Boolean(field) || event.target.isContentEditable;
    },
    keys: {
      a: (line) => (line ? line.querySelector("[data-accept]")?.click() : false),
      r(line) {
        const box = line?.querySelector("[data-return]");
        if (!box) return false;
        box.open = true;
        box.querySelector("input[name=reason]").focus();
        return true;
      },
    },
  });

  // The reason is asked where the person looks, also when the mouse opened the box.
  table.addEventListener("toggle", (event) => {
    if (event.target.matches("[data-return]") && event.target.open) event.target.querySelector("input[name=reason]").focus();
  }, true);

  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.requestConfig?.path?.includes("/verdict/")) walk.stay();
  });
})();
