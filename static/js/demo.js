// The log-in page of the demonstration: a chosen account is filled in.
for (const button of document.querySelectorAll("[data-account]")) {
  button.addEventListener("click", () => {
    document.querySelector("[name=login]").value = button.dataset.account;
    document.querySelector("[name=password]").value = button.dataset.password;
    document.querySelector("main form button[type=submit]").focus();
  });
}
