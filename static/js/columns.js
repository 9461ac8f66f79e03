// Choosing what each column holds: a field chosen for two columns is marked at once, before the form is sent.
for (const table of document.querySelectorAll("[data-columns]")) {
  const selects = [...table.querySelectorAll("select")];
  const mark = () => {
    const counts = new Map();
    for (const select of selects) counts.set(select.value, (counts.get(select.value) || 0) + 1);
    for (const select of selects) {
      const twice = Boolean(select.value) && counts.get(select.value) > 1;
      select.classList.toggle("is-invalid", twice);
      if (twice) select.setAttribute("aria-invalid", "true");
      else select.removeAttribute("aria-invalid");
    }
  };
  table.addEventListener("change", mark);
  mark();
}
