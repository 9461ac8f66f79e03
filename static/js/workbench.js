// The appraisal's workbench with the keyboard: the place is the focused row and is never lost.
(() => {
  const form = document.querySelector("[data-workbench]");
  if (!form) return;
  const reason = form.querySelector("[name=reason]");
  const lines = () => [...form.querySelectorAll("[data-line]")];
  let place = -1;

  const go = (index) => {
    const all = lines();
    if (!all.length) return;
    place = Math.max(0, Math.min(all.length - 1, index));
    all[place].focus({ preventScroll: true });
    all[place].scrollIntoView({ block: "center" });
  };
  const current = () => lines()[place];
  const nextFlagged = () => {
    const all = lines();
    const at = all.findIndex((line, index) => index > place && line.hasAttribute("data-flagged") && line.querySelector("[data-return]"));
    if (at >= 0) go(at);
  };
  // Returning needs a reason: tick the line alone and ask for it.
  const askReason = (line) => {
    for (const box of form.querySelectorAll("input[name=row]")) box.checked = false;
    line.querySelector("input[name=row]").checked = true;
    form.dataset.returning = line.id;
    reason.focus();
  };
  const page = (rel) => document.querySelector(`.page-links a[rel=${rel}], a[rel=${rel}]`)?.click();

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === reason) {
      if (event.key === "Escape") { delete form.dataset.returning; go(place); event.preventDefault(); }
      if (event.key === "Enter") {
        event.preventDefault();
        const line = document.getElementById(form.dataset.returning || "");
        if (line && reason.value.trim()) { line.querySelector("[data-return]")?.click(); }
      }
      return;
    }
    if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
    const own = event.target.closest("[data-line]");
    if (own) place = lines().indexOf(own);
    const line = current();
    if (event.key === "j") go(place + 1);
    else if (event.key === "k") go(place - 1);
    else if (event.key === "f") nextFlagged();
    else if (event.key === "n") page("next");
    else if (event.key === "p") page("prev");
    else if (event.key === "a" && line) line.querySelector("[data-accept]")?.click();
    else if (event.key === "r" && line?.querySelector("[data-return]")) askReason(line);
    else if (event.key === "x" && line) line.querySelector("input[name=row]").click();
    else if (event.key === "o" && line) line.querySelector("[data-facts]")?.click();
    else return;
    event.preventDefault();
  });

  // A second press on the name puts the facts away again.
  form.addEventListener("click", (event) => {
    const facts = event.target.closest("[data-facts]");
    const next = facts?.closest("tr").nextElementSibling;
    if (next?.hasAttribute("data-facts-row")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      next.remove();
      return;
    }
    const back = event.target.closest("[data-return]");
    if (back && !reason.value.trim()) {
      event.preventDefault();
      event.stopImmediatePropagation();
      place = lines().indexOf(back.closest("[data-line]"));
      askReason(back.closest("[data-line]"));
    }
  }, true);

  // The answered row is a new one: the facts below it go, the place stays, and the next j goes on from there.
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (!event.detail.requestConfig?.path?.includes("/verdicts/")) return;
    if (form.dataset.returning) { delete form.dataset.returning; reason.value = ""; }
    go(place);
  });
})();
