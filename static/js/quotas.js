// The quota plan's form: fields that belong to one choice show with it; quotas set by hand are summed up.
(() => {
  for (const part of document.querySelectorAll("[data-only]")) {
    const radios = document.querySelectorAll(`[name=${part.dataset.only}]`);
    const show = () => {
      const value = [...radios].find((radio) => radio.checked)?.value;
      part.hidden = !part.dataset.values.split(" ").includes(value);
    };
    for (const radio of radios) radio.addEventListener("change", show);
    show();
  }
  const output = document.querySelector("[data-sum-total]");
  const entries = [...document.querySelectorAll("[data-sum]")];
  if (!output || !entries.length) return;
  const figures = new Intl.NumberFormat(document.documentElement.lang || "vi");
  const sum = () => {
    const total = entries.reduce((soFar, entry) => soFar + (Number.parseInt(entry.value, 10) || 0), 0);
    output.textContent = figures.format(total);
    output.classList.toggle("off", total !== Number(output.dataset.sumTotal) && entries.some((entry) => entry.value));
  };
  for (const entry of entries) entry.addEventListener("input", sum);
  sum();
})();
