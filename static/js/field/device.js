// What is on this phone: what waits to be sent, the rounds taken along, saving to a file, handing in.
import { badge, confirm, facts, h, notice } from "./dom.js";
import { TONES } from "./household.js";
import { recover } from "./keeping.js";
import { LoggedOut, Offline, Refused } from "./net.js";
import { expired, handIn, persist, prepare, shellKept } from "./packs.js";
import { savable, saveFile } from "./saving.js";
import { sendNow, state } from "./sending.js";
import * as store from "./store.js";
import { day, moment, say, size, urls } from "./text.js";

/** Why a step that needs the server did not work, in words. */
export function why(error) {
  if (error instanceof LoggedOut) return say("phase_login");
  if (error instanceof Offline) return say("needs_network");
  if (error instanceof Refused) return error.message;
  if (store.isFull(error)) return say("full");
  return say("phase_later");
}

const button = (words, onclick, kind = "") => h("button", { type: "button", class: `f-button ${kind}`, onclick }, words);

async function save(user, tell) {
  const saved = await saveFile(user);
  tell("ok", say("saved", { checks: saved.checks, photos: saved.photos }));
}

/** The way to log in again and come back here. */
export const loginLink = () => h("a", { class: "f-button f-button-main", href: urls.login }, say("login"));

function unsentList(rows, refused, go, tell) {
  return h("ul", { class: "f-rows" },
    rows.map((check) => h("li", {}, h("a", { class: "f-row", href: `#/r/${check.round}/${check.sampled}` },
      h("span", { class: "f-row-code" }, check.household.code),
      h("span", { class: "f-row-name" }, check.household.head),
      h("span", { class: "f-row-state" }, badge(TONES[check.state], say(`state_${check.state}`))),
      h("span", { class: "f-row-more" }, check.problem || (check.photos.length ? say("photos_n", { n: check.photos.length }) : ""))))),
    refused.map((photo) => h("li", { class: "f-row" },
      h("span", { class: "f-row-name" }, say("photo_refused")),
      h("span", { class: "f-row-more" }, photo.problem),
      button(say("drop_photo"), async () => {
        if (!(await confirm(say("drop_photo"), say("drop_photo_text"), say("drop_photo"), say("cancel"), "danger"))) return;
        await store.dropRefused(photo.client_id);
        tell("ok", say("photo_dropped"));
        go("#/device", true);
      }, "f-button-small"))));
}

async function sendingCard(user, { go, tell }) {
  const checks = (await store.checksOf(user)).filter((check) => check.state !== store.SENT);
  const { photos } = await savable(user);
  const counts = (await store.unsent()).get(user);
  const refused = photos.filter((photo) => photo.problem);
  const some = store.total(counts);
  const inFile = (counts?.waiting ?? 0) + (counts?.held ?? 0) + (counts?.photos ?? 0);
  return h("section", { class: "f-card", "aria-labelledby": "unsent" },
    h("h2", { id: "unsent" }, say("unsent_title")),
    some ? facts([
      [say("count_drafts"), counts.drafts || ""], [say("count_waiting"), counts.waiting || ""],
      [say("count_held"), counts.held || ""], [say("count_photos"), counts.photos || ""],
    ]) : h("p", {}, say("nothing_unsent")),
    h("p", { class: "f-hint" }, say(`phase_${state.phase}`)),
    h("div", { class: "f-buttons" },
      state.phase === "login" && loginLink(),
      state.phase !== "login" && store.sendable(counts) > 0 && button(say("send_now"), () => { void sendNow(); }, "f-button-main"),
      inFile > 0 && button(say("save_file"), () => save(user, tell))),
    inFile > 0 && h("p", { class: "f-hint" }, say("save_how")),
    checks.length + refused.length > 0 && unsentList(checks, refused, go, tell));
}

function packCard(pack, { go, tell, persisted, shell }) {
  const wait = (work) => async (event) => {
    event.target.disabled = true;
    try {
      await work();
    } catch (error) {
      tell("bad", why(error));
    }
    go("#/device", true);
  };
  const refresh = wait(async () => {
    await persist();
    await prepare(pack.round.id, pack);
    tell("ok", say("refreshed"));
  });
  const give = wait(async () => {
    await recover();  // a tap that found no room is unsent as well
    const own = (await store.checksOf(pack.inspector.id)).filter((check) => check.round === pack.round.id);
    const open = own.filter((check) => check.state !== store.SENT).length;
    if (open) { tell("bad", say("hand_in_unsent", { n: open })); return; }
    const sure = await confirm(say("hand_in"), say("hand_in_text", { n: pack.households.length }), say("hand_in"), say("cancel"), "danger");
    if (!sure) return;
    tell(...((await handIn(pack)) ? ["ok", say("handed_in")] : ["bad", say("hand_in_photos")]));
  });
  const ready = shell && !expired(pack);
  return h("section", { class: "f-card" },
    h("h2", {}, pack.round.name),
    ready ? notice("ok", h("p", {}, say("ready_until", { until: moment(pack.expires_at) })))
      : notice("bad", h("p", {}, expired(pack) ? say("expired", { until: moment(pack.expires_at) }) : say("shell_missing"))),
    facts([
      [say("households"), pack.households.length], [say("fieldwork_to"), day(pack.round.fieldwork_to)],
      [say("kept_since"), moment(pack.kept_at)], [say("storage_safe"), persisted ? say("yes") : say("storage_unsafe")],
    ]),
    h("div", { class: "f-buttons" }, button(say("refresh"), refresh), button(say("hand_in"), give, "f-button-danger")));
}

/** Work of somebody else who used this phone: its number, and the way to save it; nothing of its contents. */
async function othersCard(user, tell) {
  const others = [...(await store.unsent())].filter(([id]) => id !== user);
  if (!others.length) return [];
  return [h("section", { class: "f-card", "aria-labelledby": "others" },
    h("h2", { id: "others" }, say("others_title")),
    others.map(([id, counts]) => h("div", {},
      h("p", {}, say("others_left", { n: store.total(counts) })),
      counts.waiting + counts.held + counts.photos > 0 && h("div", { class: "f-buttons" },
        button(say("save_file"), () => save(id, tell)))))),
  ];
}

/** The page of the phone itself. */
export async function devicePage(context) {
  const { who, packs, tell } = context;
  const estimate = (await navigator.storage?.estimate?.()) ?? {};
  const persisted = (await navigator.storage?.persisted?.()) ?? false;
  const shell = await shellKept();
  const body = [];
  if (who) body.push(await sendingCard(who.id, context));
  body.push(...(await othersCard(who?.id, tell)));
  for (const pack of packs) body.push(packCard(pack, { ...context, persisted, shell }));
  if (estimate.quota) {
    body.push(h("p", { class: "f-hint" }, say("storage_used", { used: size(estimate.usage), free: size(estimate.quota - estimate.usage) })));
  }
  body.push(h("p", { class: "f-last" }, h("a", { class: "f-button", href: urls.home }, say("to_home"))));
  return { title: say("device"), back: "#/", body, bar: [], redraw: true };
}
