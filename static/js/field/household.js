// One household of the sample: who, where, what was delivered, and the check.
import { badge, confirm, facts, h, icon, notice } from "./dom.js";
import { imeiField, lacks, photoField, positionField, question, textField, visitedField } from "./form.js";
import { forget, keeperOf } from "./keeping.js";
import { expired } from "./packs.js";
import { endings, missing } from "./rules.js";
import { saveFile } from "./saving.js";
import { sendNow } from "./sending.js";
import * as store from "./store.js";
import { clock, day, moment, say } from "./text.js";

export const TONES = { [store.DRAFT]: "now", [store.READY]: "wait", [store.HELD]: "bad", [store.SENT]: "ok" };

/** The check of a household that the page is about: unsent before sent, the newest first. */
export const checkOf = (checks, sampled) => checks
  .filter((check) => check.sampled === sampled)
  .sort((one, other) => (one.state === store.SENT) - (other.state === store.SENT) || other.visited_at.localeCompare(one.visited_at))[0];

function fresh(pack, household) {
  return {
    client_id: crypto.randomUUID(), user: pack.inspector.id, pack: pack.pack, round: pack.round.id,
    sampled: household.id, household: { code: household.code, head: household.head }, checklist: pack.checklist.id,
    state: store.DRAFT, tried: false, visited_at: "", answers: {}, imei_seen: "", note: "", signer_name: "",
    latitude: null, longitude: null, accuracy: null, photos: [], problem: "", code: "",
  };
}

function about(household) {
  const delivered = household.delivered ?? {};
  return [
    h("section", { class: "f-card", "aria-labelledby": "who" },
      h("h2", { id: "who" }, say("who_and_where")),
      facts([
        [say("head"), household.head], [say("code"), household.code], [say("class"), household.class],
        [say("members"), household.members], [say("identity"), household.identity_masked],
        [say("phone"), household.phone_masked], [say("village"), household.village],
        [say("commune"), household.commune], [say("address"), household.address],
      ])),
    h("section", { class: "f-card", "aria-labelledby": "what" },
      h("h2", { id: "what" }, say("delivered")),
      delivered.on ? facts([
        [say("delivered_on"), day(delivered.on)], [say("form"), delivered.form], [say("model"), delivered.model],
        [say("imei_last4"), endings(delivered).map((end) => `… ${end}`).join(" / ")], [say("operator"), delivered.operator],
        [say("place"), delivered.place],
      ]) : h("p", {}, say("delivered_nothing"))),
  ];
}

/** The card of the visit as a whole: note, photos, place, signature. */
function visit(keeper, alarm, asksImei, household) {
  const photos = photoField(keeper, null, alarm);
  return h("section", { class: "f-card", "aria-labelledby": "visit" },
    h("h2", { id: "visit" }, say("visit")),
    keeper.row.clock && visitedField(keeper),
    !asksImei && imeiField(keeper, household.delivered),
    textField(keeper, "note", "visit_note", { long: true, most: 5000 }),
    h("div", { class: "f-field" }, h("p", { class: "f-label" }, say("photos")), photos.button, photos.shown),
    positionField(keeper, alarm),
    textField(keeper, "signer_name", "signer", { most: 150, hint: say("signer_how") }));
}

function stateBox(check, go) {
  const save = h("button", { type: "button", class: "f-button", onclick: () => { void saveFile(check.user); } }, say("save_file"));
  if (check.state === store.HELD) {
    const mend = async () => {
      const next = await store.renew(check.client_id);
      if (next) go(`#/r/${next.round}/${next.sampled}`, true);
    };
    const retry = async () => { await store.retry(check.client_id); void sendNow(); go(`#/r/${check.round}/${check.sampled}`, true); };
    return notice("bad",
      h("p", { class: "f-notice-title" }, say("held_title")), h("p", {}, check.problem),
      h("div", { class: "f-buttons" },
        h("button", { type: "button", class: "f-button f-button-main", onclick: mend }, say("mend")),
        h("button", { type: "button", class: "f-button", onclick: retry }, say("retry")), save));
  }
  if (check.state === store.READY) {
    const back = async () => {
      if (await store.reopen(check.client_id)) go(`#/r/${check.round}/${check.sampled}`, true);
    };
    return notice("wait",
      h("p", { class: "f-notice-title" }, say("ready_title", { at: moment(check.finished_at) })),
      h("p", {}, check.tried ? say("ready_tried") : say("ready_untried")),
      h("div", { class: "f-buttons" },
        !check.tried && h("button", { type: "button", class: "f-button", onclick: back }, say("reopen")), save));
  }
  return notice("ok", h("p", { class: "f-notice-title" }, say("sent_title", { at: moment(check.sent_at) })), h("p", {}, say("sent_text")));
}

/** The line that says whether the last tap is kept. */
function keptLine(keeper) {
  const line = h("p", { class: "f-kept", role: "status" });
  keeper.show = () => {
    line.classList.toggle("f-kept-bad", Boolean(keeper.failure));
    if (!keeper.failure) {
      line.textContent = keeper.kept_at ? say("kept_at", { at: clock(keeper.kept_at) }) : "";
      return;
    }
    line.replaceChildren(store.isFull(keeper.failure) ? say("full") : say("not_kept"), " ",
      h("button", { type: "button", class: "f-link", onclick: () => { void keeper.flush(); } }, say("try_again")));
  };
  keeper.show();
  return line;
}

/** What the button "finish" does: says what is missing, else lets the check wait to be sent. */
function finisher(keeper, items, lackBox, button, { go, tell, alarm }) {
  let warned = "";
  return async () => {
    if (!(await keeper.flush())) return;
    const found = missing(keeper.row, items);
    const seen = JSON.stringify(found.should.map(({ kind, field }) => [kind, field]));
    if (found.must.length || (found.should.length && warned !== seen)) {
      warned = found.must.length ? "" : seen;
      lackBox.replaceChildren(lacks(found));
      button.replaceChildren(found.must.length ? say("finish") : say("finish_anyway"));
      lackBox.scrollIntoView({ block: "start" });
      lackBox.focus({ preventScroll: true });
      return;
    }
    try {
      await store.finish(keeper.row.client_id);
    } catch (error) {
      alarm(error, say("not_kept"));
      return;
    }
    tell("ok", say("finished", { head: keeper.row.household.head }));
    void sendNow();
    go(`#/r/${keeper.row.round}`);
  };
}

/** The page of a household. */
export async function householdPage({ pack, sampled, checks, again, go, tell }) {
  const found = checkOf(checks, sampled);
  // Given to somebody else since: what was begun here stays, with the name it was begun under.
  const household = pack.households.find((row) => row.id === sampled) ?? (found && { id: sampled, ...found.household });
  if (!household) return null;
  const kept = again && found?.state === store.SENT ? undefined : found;
  const editable = !kept || kept.state === store.DRAFT;
  const page = {
    title: household.head, back: `#/r/${pack.round.id}`,
    state: kept && badge(TONES[kept.state], say(`state_${kept.state}`)), body: [], bar: [],
  };
  if (!kept && expired(pack)) {
    page.body.push(notice("bad", h("p", { class: "f-notice-title" }, say("expired", { until: moment(pack.expires_at) })),
      h("p", {}, say("expired_how"))), ...about(household));
    return page;
  }
  const keeper = keeperOf(kept ?? fresh(pack, household));
  const alarm = (error, sentence = say("not_kept")) => {
    if (error instanceof store.NotOpen) {
      forget();
      tell("wait", say("elsewhere"));
      go(`#/r/${pack.round.id}/${sampled}`, true);
      return;
    }
    tell("bad", store.isFull(error) ? say("full") : sentence);
  };
  const items = [...pack.checklist.items];
  const questions = h("fieldset", { class: "f-plain", disabled: !editable },
    h("legend", { class: "f-heading" }, say("checklist")),
    items.map((item) => question(keeper, item, { delivered: household.delivered, alarm })),
    visit(keeper, alarm, items.some((item) => item.asks_imei), household));
  if (!items.length) page.body.push(notice("bad", h("p", {}, say("no_questions"))));
  const lackBox = h("div", { tabindex: "-1", class: "f-lacks" });
  page.body.push(kept && !editable && stateBox(kept, go), kept?.problem && editable && notice("wait", h("p", {}, say("was_refused", { problem: kept.problem }))),
    ...about(household), lackBox, questions);
  if (editable) {
    const line = keptLine(keeper);
    const shown = keeper.show;
    keeper.show = () => { if (keeper.failure instanceof store.NotOpen) alarm(keeper.failure); else shown(); };
    const finish = h("button", { type: "button", class: "f-button f-button-main f-button-wide" }, say("finish"));
    finish.addEventListener("click", finisher(keeper, items, lackBox, finish, { go, tell, alarm }));
    page.bar.push(line, finish);
    if (kept) page.body.push(discardBox(kept, pack, go, tell));
  } else if (kept.state === store.SENT) {
    page.body.push(againBox(pack, sampled, go));
  }
  return page;
}

function discardBox(check, pack, go, tell) {
  return h("p", { class: "f-last" }, h("button", {
    type: "button", class: "f-button f-button-danger", onclick: async () => {
      if (!(await confirm(say("discard"), say("discard_text"), say("discard"), say("cancel"), "danger"))) return;
      await store.discard(check.client_id);
      forget();
      tell("ok", say("discarded"));
      go(`#/r/${pack.round.id}`);
    },
  }, icon("bin"), say("discard")));
}

function againBox(pack, sampled, go) {
  return h("p", { class: "f-last" }, h("button", {
    type: "button", class: "f-button", onclick: async () => {
      if (await confirm(say("again"), say("again_text"), say("again"), say("cancel"))) go(`#/r/${pack.round.id}/${sampled}/again`);
    },
  }, say("again")));
}
