// The appraisal's workbench with the keyboard: many lines judged without losing the place.
(() => {
  const form = document.querySelector("[data-workbench]");
  if (!form) return;
  const reason = form.querySelector("[name=reason]");

  const nextFlagged = () => {
    const at = walk.all().findIndex((line, index) => index > walk.place && line.hasAttribute("data-flagged") && line.querySelector("[data-return]"));
    if (at >= 0) walk.go(at);
  };
  // Returning needs a reason: tick the line alone and ask for it. What was ticked before comes back afterwards.
  let tickedBefore = [];
  const tick = (values) => {
    for (const box of form.querySelectorAll("input[name=row]")) box.checked = values.includes(box.value);
    form.querySelector("input[name=row]").dispatchEvent(new Event("change", { bubbles: true }));
  };
  const askReason = (line) => {
    const own = line.querySelector("input[name=row]").value;
    if (!form.dataset.returning) {
      tickedBefore = [...form.querySelectorAll("input[name=row]:checked")].map((box) => box.value);
    }
    tick([own]);
    form.dataset.returning = line.id;
    reason.focus();
  };
  const asked = () => {
    delete form.dataset.returning;
    tick(tickedBefore);
  };
  const page = (rel) => document.querySelector(`.page-links a[rel=${rel}], a[rel=${rel}]`)?.click();
  const inReason = (event) => {
    if (event.key === "Escape") { if (form.dataset.returning) asked(); walk.stay(); event.preventDefault(); }
    if (event.key === "Enter") {
      event.preventDefault();
      const line = document.getElementById(form.dataset.returning || "");
      if (line && reason.value.trim()) { line.querySelector("[data-return]")?.click(); }
    }
  };
  const on = (line, act) => (line ? act(line) : false);

  const walk = window.walkLines(form, {
    own(event) {
      if (event.target === reason) inReason(event);
      return Boolean(event.target.closest("input:not([type=checkbox]), textarea, select"));
    },
    keys: {
      f: () => { nextFlagged(); },
      n: () => page("next"),
      p: () => page("prev"),
      a: (line) => on(line, () => line.querySelector("[data-accept]")?.click()),
      r: (line) => (line?.querySelector("[data-return]") ? askReason(line) : false),
      x: (line) => on(line, () => line.querySelector("input[name=row]").click()),
      o: (line) => on(line, () => line.querySelector("[data-facts]")?.click()),
    },
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
      walk.at(back.closest("[data-line]"));
      askReason(back.closest("[data-line]"));
    }
  }, true);

  // The facts below the answered row go, the place stays.
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (!event.detail.requestConfig?.path?.includes("/verdicts/")) return;
    if (form.dataset.returning) { asked(); reason.value = ""; }
    walk.stay();
  });
})();
