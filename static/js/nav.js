// The side navigation as a drawer on small screens, and the menu of the person.
{
  const toggle = document.querySelector("[data-nav-toggle]");
  const drawer = document.getElementById("sidenav");

  const setDrawer = (open) => {
    document.body.classList.toggle("nav-open", open);
    toggle.setAttribute("aria-expanded", String(open));
    if (open) drawer.querySelector("a")?.focus();
    else toggle.focus();
  };

  if (toggle && drawer) {
    toggle.addEventListener("click", () => setDrawer(!document.body.classList.contains("nav-open")));
    document.querySelector("[data-nav-close]")?.addEventListener("click", () => setDrawer(false));
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (document.body.classList.contains("nav-open")) setDrawer(false);
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
}
