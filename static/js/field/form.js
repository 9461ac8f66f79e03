// The questions of a household's checklist: big targets, a note and photos for each, everything kept at once.
import { h, icon, notice } from "./dom.js";
import { shrink, thumbnail, Unreadable } from "./pictures.js";
import { digits, imeiSaid } from "./rules.js";
import * as store from "./store.js";
import { say, typed } from "./text.js";

const ANSWERS = ["pass", "fail", "na"];
const NOTE = 500; // letters the server keeps of a note to an answer
const MOST_PHOTOS = 20; // of one check

function noteField(keeper, item, given) {
  const text = h("textarea", {
    id: `note-${item.id}`, rows: 2, maxlength: NOTE, value: given.note ?? "",
    oninput: (event) => {
      const note = event.target.value;
      void keeper.keep((row) => { row.answers[item.id] = { ...row.answers[item.id], note }; });
    },
  });
  const open = h("button", {
    type: "button", class: "f-button f-button-small", "aria-label": `${say("note")}: ${item.code}`,
    onclick: () => { field.hidden = false; open.hidden = true; text.focus(); },
  }, icon("note"), say("note"));
  const field = h("div", { class: "f-field" }, h("label", { for: `note-${item.id}` }, say("note_to", { code: item.code })), text);
  field.hidden = !given.note;
  open.hidden = !field.hidden;
  return { open, field, show: () => { field.hidden = false; open.hidden = true; } };
}

/** The IMEI as typed from the screen, with what is odd about it said beside it. */
export function imeiField(keeper, delivered) {
  const hint = h("p", { class: "f-hint", id: "imei-said", role: "status" });
  const judge = (imei) => {
    const said = imeiSaid(imei, delivered);
    return said ? say(...said) : "";
  };
  const input = h("input", {
    id: "imei", type: "text", inputmode: "numeric", autocomplete: "off", maxlength: 20, value: keeper.row.imei_seen,
    "aria-describedby": "imei-how imei-said",
    oninput: () => {
      const imei = digits(input.value);
      hint.textContent = judge(imei);
      void keeper.keep((row) => { row.imei_seen = imei; });
    },
  });
  hint.textContent = judge(keeper.row.imei_seen);
  return h("div", { class: "f-field" },
    h("label", { for: "imei" }, say("imei")), h("p", { class: "f-hint", id: "imei-how" }, say("imei_how")), input, hint);
}

/** Photos of one question (`item`), or of the visit as a whole (null), with the button that takes one. */
export function photoField(keeper, item, alarm) {
  const shown = h("ul", { class: "f-photos" });
  const name = item ? say("photo_of", { code: item.code }) : say("photo_of_visit");
  const draw = async () => {
    const own = (await store.photosOf(keeper.row.client_id)).filter((photo) => photo.item === (item?.id ?? null));
    const rows = [];
    for (const [index, photo] of own.entries()) {
      const label = `${name} ${index + 1}`;
      rows.push(h("li", {},
        photo.blob ? await thumbnail(photo.blob, label).catch(() => label) : label,
        keeper.row.state === store.DRAFT && h("button", {
          type: "button", class: "f-button f-button-small", "aria-label": `${say("drop_photo")}: ${label}`,
          onclick: () => { keeper.dropPhoto(photo.client_id).then(draw, alarm); },
        }, say("drop_photo"))));
    }
    shown.replaceChildren(...rows);
  };
  const busy = h("span", { role: "status" });
  const input = h("input", {
    type: "file", accept: "image/*", capture: "environment", id: `photo-${item?.id ?? "visit"}`, class: "f-hidden",
    onchange: async () => {
      const [file] = input.files;
      if (!file) return;
      if (keeper.row.photos.length >= MOST_PHOTOS) {
        alarm(null, say("photo_most", { n: MOST_PHOTOS }));
        return;
      }
      busy.textContent = say("photo_working");
      try {
        const blob = await shrink(file);
        await keeper.flush();
        await keeper.keepPhoto({
          client_id: crypto.randomUUID(), item: item?.id ?? null, taken_at: new Date().toISOString(), blob,
        });
        await draw();
      } catch (error) {
        alarm(error, error instanceof Unreadable ? say("photo_unreadable") : say("photo_not_kept"));
      }
      busy.textContent = "";
      input.value = "";
    },
  });
  void draw();
  return {
    button: h("label", { class: "f-button f-button-small f-file", for: input.id }, icon("camera"), h("span", {}, name), input),
    shown: h("div", {}, busy, shown),
  };
}

/** One question with its three answers. */
export function question(keeper, item, { delivered, alarm }) {
  const given = keeper.row.answers[item.id] ?? {};
  const note = noteField(keeper, item, given);
  const photo = photoField(keeper, item, alarm);
  const choices = ANSWERS.map((answer) => h("label", { class: `f-answer f-answer-${answer}` },
    h("input", {
      type: "radio", name: `item-${item.id}`, value: answer, checked: given.answer === answer,
      onchange: () => {
        void keeper.keep((row) => { row.answers[item.id] = { ...row.answers[item.id], answer }; });
        if (answer === "fail") note.show();
      },
    }),
    h("span", {}, say(answer))));
  return h("fieldset", { class: "f-question", id: `item-${item.id}`, tabindex: "-1" },
    h("legend", {}, h("span", { class: "f-code" }, item.code), " ", item.text),
    item.help && h("p", { class: "f-hint" }, item.help),
    h("div", { class: "f-answers" }, choices),
    item.asks_imei && imeiField(keeper, delivered),
    h("div", { class: "f-extras" }, note.open, photo.button),
    note.field,
    photo.shown);
}

/** Where the phone is, with one tap; nothing is asked for unless tapped. */
export function positionField(keeper, alarm) {
  const said = h("p", { class: "f-hint", role: "status" });
  const show = () => {
    const { latitude, longitude, accuracy } = keeper.row;
    said.textContent = latitude ? say("position_is", { latitude, longitude, accuracy }) : say("position_none");
    drop.hidden = !latitude;
  };
  const take = h("button", {
    type: "button", class: "f-button", onclick: () => {
      if (!navigator.geolocation) { said.textContent = say("position_failed"); return; }
      said.textContent = say("position_working");
      navigator.geolocation.getCurrentPosition(({ coords }) => {
        const found = {
          latitude: coords.latitude.toFixed(6), longitude: coords.longitude.toFixed(6), accuracy: Math.round(coords.accuracy),
        };
        keeper.keep((row) => Object.assign(row, found)).then(show, alarm);
      }, () => { said.textContent = say("position_failed"); }, { enableHighAccuracy: true, timeout: 30_000, maximumAge: 60_000 });
    },
  }, icon("place"), say("position_take"));
  const drop = h("button", {
    type: "button", class: "f-button",
    onclick: () => {
      keeper.keep((row) => Object.assign(row, { latitude: null, longitude: null, accuracy: null })).then(show, alarm);
    },
  }, say("position_drop"));
  show();
  return h("div", { class: "f-field" }, h("p", { class: "f-label" }, say("position")), h("div", { class: "f-buttons" }, take, drop), said);
}

/** A line or box of text kept letter by letter. */
export function textField(keeper, name, field, { long = false, most, hint = "" }) {
  const input = h(long ? "textarea" : "input", {
    id: field, type: long ? undefined : "text", rows: long ? 3 : undefined, maxlength: most, autocomplete: "off",
    value: keeper.row[name], "aria-describedby": hint ? `${field}-hint` : undefined,
    oninput: () => {
      const text = input.value;
      void keeper.keep((row) => { row[name] = text; });
    },
  });
  return h("div", { class: "f-field" },
    h("label", { for: field }, say(field)), hint && h("p", { class: "f-hint", id: `${field}-hint` }, hint), input);
}

/** When the visit was, where the phone's clock was wrong. */
export function visitedField(keeper) {
  const input = h("input", {
    id: "visited", type: "datetime-local", value: keeper.row.clock === store.GIVEN ? typed(keeper.row.visited_at) : "",
    "aria-describedby": "visited-hint",
    onchange: () => {
      const at = new Date(input.value);
      if (Number.isNaN(at.getTime())) return;
      void keeper.keep((row) => Object.assign(row, { visited_at: at.toISOString(), clock: store.GIVEN }));
    },
  });
  return h("div", { class: "f-field" },
    h("label", { for: "visited" }, say("visited")), h("p", { class: "f-hint", id: "visited-hint" }, say("visited_how")), input);
}

/** What is missing, each with the way to it. */
export function lacks({ must, should }) {
  const words = (lack) => say(`lacks_${lack.kind}`, { code: lack.item?.code ?? "", text: lack.item?.text ?? "" });
  const list = (rows) => h("ul", {}, rows.map((lack) => h("li", {}, h("button", {
    type: "button", class: "f-link", onclick: () => {
      const place = document.getElementById(lack.field);
      place?.scrollIntoView({ block: "start" });
      (place?.matches("fieldset") ? place.querySelector("input") : place)?.focus({ preventScroll: true });
    },
  }, words(lack)))));
  return notice(must.length ? "bad" : "wait",
    h("p", { class: "f-notice-title" }, must.length ? say("lacks_must", { n: must.length }) : say("lacks_should")),
    list(must.length ? must : should));
}
