// Deciding with the keyboard: a link marked data-key is followed when its key is pressed.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  const link = [...document.querySelectorAll("a[data-key]")].find((one) => one.dataset.key === event.key.toLowerCase());
  if (!link) return;
  event.preventDefault();
  link.click();
});
