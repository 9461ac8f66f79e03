// Appraising with the keyboard: j and k go from line to line, a accepts, r opens the return box.
(() => {
  const table = document.querySelector("[data-lines]");
  if (!table) return;
  const lines = () => [...table.querySelectorAll("[data-line]")];
  let place = -1;

  const go = (index) => {
    const all = lines();
    if (!all.length) return;
    place = Math.max(0, Math.min(all.length - 1, index));
    all[place].focus({ preventScroll: true });
    all[place].scrollIntoView({ block: "center" });
  };
  const current = () => lines()[place];

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const field = event.target.closest("input, textarea, select");
    if (event.key === "Escape" && field && table.contains(field)) {
      field.closest("details").open = false;
      go(place);
      return;
    }
    if (field || event.target.isContentEditable) return;
    const own = event.target.closest("[data-line]");
    if (own) place = lines().indexOf(own);
    if (event.key === "j") go(place + 1);
    else if (event.key === "k") go(place - 1);
    else if (event.key === "a" && current()) current().querySelector("[data-accept]")?.click();
    else if (event.key === "r" && current()) {
      const box = current().querySelector("[data-return]");
      if (!box) return;
      box.open = true;
      box.querySelector("input[name=reason]").focus();
    } else return;
    event.preventDefault();
  });

  // The reason is asked where the person looks, also when the mouse opened the box.
  table.addEventListener("toggle", (event) => {
    if (event.target.matches("[data-return]") && event.target.open) event.target.querySelector("input[name=reason]").focus();
  }, true);

  // The answered row is a new one: stay on it, so that the next j goes on from there.
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.requestConfig?.path?.includes("/verdict/")) go(place);
  });
})();
