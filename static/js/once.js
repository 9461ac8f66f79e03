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

// Whoever goes back from a page that refused finds what was typed. Browsers forget fields that are not to be
// completed by themselves; the entry of the history keeps them as long as the browser keeps its own.
const keeps = (field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type);
const ticked = (field) => ["checkbox", "radio"].includes(field.type);
const typedIn = (form) => [...form.elements].filter(keeps).map((field) => (ticked(field) ? field.checked : field.value));

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.hasAttribute("data-once") || form.method !== "post") return;
  const at = [...document.querySelectorAll("form[data-once]")].indexOf(form);
  history.replaceState({ ...history.state, typed: { at, values: typedIn(form) } }, "");
});

document.addEventListener("DOMContentLoaded", () => {
  const typed = history.state && history.state.typed;
  const [entry] = performance.getEntriesByType("navigation");
  if (!typed || !entry || entry.type !== "back_forward") return;
  const form = document.querySelectorAll("form[data-once]")[typed.at];
  const fields = form ? [...form.elements].filter(keeps) : [];
  // Another page than the one that was left: nothing fits.
  if (fields.length !== typed.values.length) return;
  fields.forEach((field, index) => {
    if (ticked(field)) field.checked = typed.values[index];
    else field.value = typed.values[index];
  });
});
