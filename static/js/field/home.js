// The list of an inspector's rounds: taking one along.
import { h, notice } from "./dom.js";
import { why } from "./device.js";
import { handOver } from "./keeping.js";
import { expired, keepShell, persist, prepare } from "./packs.js";
import { keepSending } from "./sending.js";
import * as store from "./store.js";
import { moment, say, urls } from "./text.js";

const able = window.isSecureContext && "serviceWorker" in navigator && "indexedDB" in window;

function show(card, pack, { words, tone } = {}) {
  const box = card.querySelector("[data-said]");
  const parts = [];
  if (words) parts.push(notice(tone, h("p", {}, words)));
  if (pack && !expired(pack)) {
    parts.push(notice("ok", h("p", { class: "f-notice-title" }, say("ready_until", { until: moment(pack.expires_at) })),
      h("p", {}, say("ready_how", { n: pack.households.length }))));
  }
  box.replaceChildren(...parts);
  const open = card.querySelector("[data-open]");
  open.hidden = !pack;
  open.href = `${urls.work}#/r/${card.dataset.round}`;
  const button = card.querySelector("[data-prepare]");
  button.textContent = pack ? say("refresh") : say("prepare");
  button.classList.toggle("btn-primary", !pack);
  button.classList.toggle("btn-outline-primary", Boolean(pack));
}

async function packOf(round, user) {
  return (await store.packsOf(user)).find((pack) => pack.round.id === round) ?? null;
}

async function take(card, user) {
  const round = Number(card.dataset.round);
  const button = card.querySelector("[data-prepare]");
  const tell = (words) => card.querySelector("[data-said]").replaceChildren(notice("now", h("p", {}, words)));
  button.disabled = true;
  try {
    tell(say("preparing_page"));
    if (!(await keepShell())) throw new Error("the page is not kept");
    tell(say("preparing_data"));
    const safe = await persist();
    const pack = await prepare(round, await packOf(round, user));
    // Ready is said of what can be read back, not of what was asked for.
    const kept = await packOf(round, user);
    if (kept?.households.length !== pack.households.length) throw new Error("the round is not kept");
    show(card, kept, safe ? {} : { words: say("storage_unsafe_how"), tone: "wait" });
  } catch (error) {
    console.error(error);
    show(card, await packOf(round, user).catch(() => null), { words: `${say("not_prepared")} ${why(error)}`, tone: "bad" });
  }
  button.disabled = false;
}

async function start() {
  // A round without an own household has nothing to take along.
  const cards = [...document.querySelectorAll("[data-round]")].filter((card) => card.querySelector("[data-prepare]"));
  const person = document.querySelector("[data-inspector]");
  const user = Number(person.dataset.inspector);
  if (!able) {
    for (const box of document.querySelectorAll("[data-unable]")) box.hidden = false;
    return;
  }
  await handOver(user);
  await store.setWho({ id: user, name: person.dataset.name });
  for (const card of cards) {
    const button = card.querySelector("[data-prepare]");
    button.hidden = false;
    button.addEventListener("click", () => { void take(card, user); });
    show(card, await packOf(Number(card.dataset.round), user));
  }
  const unsent = document.querySelector("[data-unsent]");
  const count = async () => {
    const number = store.total((await store.unsent()).get(user));
    unsent.hidden = !number;
    unsent.querySelector("[data-words]").textContent = say("unsent_n", { n: number });
  };
  store.watch(() => { void count(); });
  await count();
  keepSending();
  document.documentElement.dataset.ready = "1";
}

void start();
