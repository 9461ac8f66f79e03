// Walking a table's lines with the keyboard, shared by the pages that judge them: the place is the focused
// row and is never lost. `own` says whether a key pressed there is the field's own; `keys` are the page's
// keys beside j and k, each given the line.
window.walkLines = (root, { own, keys }) => {
  const walk = {
    place: -1,
    all: () => [...root.querySelectorAll("[data-line]")],
    current: () => walk.all()[walk.place],
    at: (line) => { walk.place = walk.all().indexOf(line); },
    go: (index) => {
      const all = walk.all();
      if (!all.length) return;
      walk.place = Math.max(0, Math.min(all.length - 1, index));
      all[walk.place].focus({ preventScroll: true });
      all[walk.place].scrollIntoView({ block: "center" });
    },
    // The answered row is a new one: stay on it, so that the next j goes on from there.
    stay: () => walk.go(walk.place),
  };
  const moves = { j: () => walk.go(walk.place + 1), k: () => walk.go(walk.place - 1) };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (own(event)) return;
    const line = event.target.closest("[data-line]");
    if (line) walk.at(line);
    const act = moves[event.key] || keys[event.key];
    if (act && act(walk.current()) !== false) event.preventDefault();
  });
  return walk;
};
