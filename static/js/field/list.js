// The households of a round by commune and village, with progress and search.
import { badge, bar, h, notice, renew, untouched } from "./dom.js";
import { checkOf, TONES } from "./household.js";
import { expired } from "./packs.js";
import * as store from "./store.js";
import { byName, folded, moment, say } from "./text.js";

/** What the inspector looks for; stays while they go to a household and back. */
const looking = { text: "", all: false, top: 0 };

const isDone = (row) => row.check ? [store.READY, store.SENT].includes(row.check.state) : row.household.state === "checked";

function rowsOf(pack, checks) {
  return pack.households.map((household) => ({ household, check: checkOf(checks, household.id) }));
}

function stateOf({ household, check }) {
  if (check) return badge(TONES[check.state], say(`state_${check.state}`));
  return household.state === "checked" ? badge("ok", say("state_checked")) : badge("idle", say("state_none"));
}

function line(pack, row) {
  const { household } = row;
  return h("li", {}, h("a", { class: "f-row", href: `#/r/${pack.round.id}/${household.id}` },
    h("span", { class: "f-row-code" }, household.code),
    h("span", { class: "f-row-name" }, household.head),
    h("span", { class: "f-row-state" }, stateOf(row)),
    h("span", { class: "f-row-more" }, [household.class, household.delivered?.form].filter(Boolean).join(" · "))));
}

function grouped(rows) {
  const communes = new Map();
  for (const row of rows) {
    const { commune, village } = row.household;
    if (!communes.has(commune)) communes.set(commune, new Map());
    const villages = communes.get(commune);
    if (!villages.has(village)) villages.set(village, []);
    villages.get(village).push(row);
  }
  return communes;
}

function results(pack, checks) {
  const all = rowsOf(pack, checks);
  const wanted = folded(looking.text.trim());
  const shown = all.filter((row) => {
    if (!looking.all && isDone(row) && !wanted) return false;
    const { head, code, village, commune } = row.household;
    return !wanted || folded([head, code, village, commune].join(" ")).includes(wanted);
  });
  if (!shown.length) {
    return [h("p", { class: "f-empty" }, wanted ? say("none_found", { text: looking.text.trim() }) : say("all_done"))];
  }
  const parts = [];
  for (const [commune, villages] of [...grouped(shown)].sort(([one], [other]) => byName(one, other))) {
    parts.push(h("h2", { class: "f-commune" }, commune));
    for (const [village, rows] of [...villages].sort(([one], [other]) => byName(one, other))) {
      if (village) parts.push(h("h3", { class: "f-village" }, village));
      parts.push(h("ul", { class: "f-rows" }, rows.map((row) => line(pack, row))));
    }
  }
  return parts;
}

function progress(pack, checks) {
  const all = rowsOf(pack, checks);
  const done = all.filter(isDone).length;
  const words = say("progress", { n: done, total: all.length });
  return [h("p", { class: "f-figure" }, words), bar(done, all.length, words)];
}

/** The page of a round. */
export async function listPage({ pack, checks, reload }) {
  const head = h("div", { class: "f-card" });
  const found = h("div", { role: "region", "aria-label": say("households"), "aria-live": "off" });
  let rows = checks;
  const fill = () => {
    renew(head, progress(pack, rows));
    renew(found, results(pack, rows));
    const left = rowsOf(pack, rows).filter((row) => !isDone(row)).length;
    for (const button of choices) {
      button.setAttribute("aria-pressed", String((button.dataset.all === "1") === looking.all));
      button.textContent = button.dataset.all ? say("show_all", { n: pack.households.length }) : say("show_left", { n: left });
    }
  };
  const search = h("input", {
    type: "search", id: "search", autocomplete: "off", value: looking.text, placeholder: say("search_example"),
    oninput: () => { looking.text = search.value; fill(); },
  });
  const choices = [false, true].map((all) => h("button", {
    type: "button", class: "f-choice", "data-all": all ? "1" : "", onclick: () => { looking.all = all; fill(); },
  }));
  fill();
  const box = expired(pack)
    ? notice("bad", h("p", { class: "f-notice-title" }, say("expired", { until: moment(pack.expires_at) })), h("p", {}, say("expired_how")))
    : h("p", { class: "f-until" }, say("until", { until: moment(pack.expires_at) }));
  return {
    title: pack.round.name,
    body: [
      head, box,
      h("div", { class: "f-field" }, h("label", { for: "search" }, say("search")), search),
      h("div", { class: "f-choices", role: "group", "aria-label": say("show") }, choices),
      found,
    ],
    bar: [],
    top: looking.top,
    leave: () => { looking.top = window.scrollY; },
    update: async () => {
      rows = await reload();
      await untouched();
      fill();
    },
  };
}
