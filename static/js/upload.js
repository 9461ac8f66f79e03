// Uploading a list: the month is asked for only where the list is one of monthly movements.
(() => {
  const month = document.querySelector("[name=month]")?.closest(".mb-3");
  const kinds = document.querySelectorAll("[name=kind]");
  if (!month || !kinds.length) return;
  const show = () => {
    month.hidden = document.querySelector("[name=kind]:checked")?.value !== "monthly";
  };
  for (const kind of kinds) kind.addEventListener("change", show);
  show();
})();
