// File fields in the site's language: the browser's own button speaks the browser's.
for (const input of document.querySelectorAll("input[type=file]")) {
  const words = document.body.dataset;
  const field = document.createElement("label");
  field.className = "file-field";
  if (input.classList.contains("is-invalid")) field.classList.add("is-invalid");
  const button = document.createElement("span");
  button.className = "btn btn-outline-primary";
  const name = document.createElement("span");
  name.className = "file-name";
  input.before(field);
  input.classList.add("visually-hidden");
  field.append(input, button, name);

  const show = () => {
    const chosen = [...input.files].map((file) => file.name).join(", ");
    button.textContent = chosen ? words.otherFile : words.chooseFile;
    name.textContent = chosen || words.noFile;
    field.classList.toggle("has-file", Boolean(chosen));
  };
  input.addEventListener("change", show);
  for (const type of ["dragover", "dragleave", "drop"]) {
    field.addEventListener(type, (event) => {
      event.preventDefault();
      field.classList.toggle("is-over", type === "dragover");
      if (type !== "drop" || !event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      show();
    });
  }
  show();
}
