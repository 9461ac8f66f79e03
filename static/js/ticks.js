// One box that ticks every household of the page; it shows only where it can work.
for (const form of document.querySelectorAll("[data-ticks]")) {
  const all = form.querySelector("[data-tick-all]");
  // Asked anew each time: an answered row is another one.
  const boxes = () => [...form.querySelectorAll("input[type=checkbox][name=row]")];
  if (!all || !boxes().length) continue;
  all.hidden = false;
  const show = () => {
    const ticked = boxes().filter((box) => box.checked).length;
    all.checked = ticked === boxes().length;
    all.indeterminate = ticked > 0 && ticked < boxes().length;
  };
  all.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
  });
  form.addEventListener("change", (event) => {
    if (event.target.name === "row") show();
  });
  show();
}
