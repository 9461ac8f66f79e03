// A form marked data-once is sent once: a second click while the first is under way does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.hasAttribute("data-once")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  const button = event.submitter;
  // After the browser has read the button's own name and value.
  setTimeout(() => {
    for (const other of form.querySelectorAll("button[type=submit]")) other.setAttribute("aria-disabled", "true");
    if (button) {
      button.dataset.label = button.textContent;
      button.textContent = document.body.dataset.working;
    }
  });
});

// Coming back with the browser's button shows the page as it was left: let the form be used again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button[type=submit]")) {
      button.removeAttribute("aria-disabled");
      if (button.dataset.label) button.textContent = button.dataset.label;
    }
  }
});
