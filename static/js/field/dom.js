// Building the page from elements; never from text that would be read as HTML.

/** An element: attributes as they are, `on…` as listeners, `value` and `checked` as properties. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A copy of an icon the server drew into the page. */
export function icon(name) {
  const drawn = document.getElementById(`icon-${name}`);
  return drawn ? drawn.content.firstElementChild.cloneNode(true) : "";
}

/** A state as a dot and a word; tones: ok, wait, bad, now, idle. */
export const badge = (tone, words) => h("span", { class: `f-state f-${tone}` }, words);

/** A share as a bar; the figures stand beside it. */
export function bar(part, whole, label) {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const set = (element, values) => {
    for (const [name, value] of Object.entries(values)) element.setAttribute(name, value);
  };
  set(drawing, { viewBox: "0 0 100 8", preserveAspectRatio: "none", class: "f-progress", role: "img", "aria-label": label });
  for (const [kind, width] of [["track", 100], ["fill", whole ? Math.round((100 * part) / whole) : 0]]) {
    const piece = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    set(piece, { class: `f-progress-${kind}`, width, height: 8 });
    drawing.append(piece);
  }
  return drawing;
}

/** Pairs of label and value; what is empty is left out. */
export function facts(rows) {
  const list = h("dl", { class: "f-facts" });
  for (const [label, value] of rows) {
    if (value !== undefined && value !== null && value !== "") list.append(h("div", {}, h("dt", {}, label), h("dd", {}, value)));
  }
  return list;
}

/** A box that says something: tones as of badges. */
export function notice(tone, ...children) {
  return h("div", { class: `f-notice f-notice-${tone}`, role: tone === "bad" ? "alert" : undefined }, ...children);
}

/** Ask before a step that can not be taken back; answers true or false. */
export function confirm(title, text, verb, cancel, tone = "main") {
  return new Promise((done) => {
    const close = (answer) => { dialog.close(); dialog.remove(); done(answer); };
    const dialog = h("dialog", { class: "f-dialog", "aria-labelledby": "f-dialog-title" },
      h("h2", { id: "f-dialog-title" }, title),
      h("p", {}, text),
      h("div", { class: "f-buttons" },
        h("button", { type: "button", class: `f-button f-button-${tone}`, onclick: () => close(true) }, verb),
        h("button", { type: "button", class: "f-button", onclick: () => close(false) }, cancel)));
    dialog.addEventListener("cancel", (event) => { event.preventDefault(); close(false); });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Put `children` in place of what stands in `element`; nothing is touched where it would look the same. */
export function renew(element, children) {
  const standing = [...element.childNodes];
  if (standing.length === children.length && children.every((child, n) => child.isEqualNode(standing[n]))) return;
  element.replaceChildren(...children);
}

const TAP = 100; // milliseconds after a finger has gone within which its tap arrives
let pressed = false;
let released = Promise.resolve();

/** No finger is on the page: what lies under one is never exchanged, or its tap would go nowhere. */
export const untouched = () => released;

document.addEventListener("pointerdown", () => {
  if (pressed) return;
  pressed = true;
  released = new Promise((done) => {
    const away = new AbortController();
    const release = () => {
      away.abort();
      setTimeout(() => { pressed = false; done(); }, TAP);
    };
    for (const name of ["pointerup", "pointercancel", "blur"]) window.addEventListener(name, release, { signal: away.signal });
  });
}, true);
