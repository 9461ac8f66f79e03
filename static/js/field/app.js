// The field page: works from what the phone keeps, with or without a network.
import { h, notice, renew, untouched } from "./dom.js";
import { devicePage, loginLink } from "./device.js";
import { householdPage } from "./household.js";
import { handOver, recover } from "./keeping.js";
import { listPage } from "./list.js";
import { session } from "./net.js";
import { keepShell, tidy } from "./packs.js";
import * as sending from "./sending.js";
import * as store from "./store.js";
import { moment, say, urls } from "./text.js";

const place = {
  title: document.getElementById("field-title"),
  back: document.getElementById("field-back"),
  badge: document.getElementById("field-badge"),
  main: document.getElementById("field-main"),
  messages: document.getElementById("field-messages"),
  bar: document.getElementById("field-bar"),
  status: document.getElementById("field-status"),
};
const PATIENCE = 5000; // milliseconds a page waits to hear who is logged in
let page = null;
let drawn = 0;

/** Say something above the page until the next page but one; alarms stay until they are read. */
function tell(tone, words) {
  const box = notice(tone, h("p", {}, words), h("button", {
    type: "button", class: "f-close", "aria-label": say("close"), onclick: () => box.remove(),
  }, "×"));
  box.dataset.age = "0";
  place.messages.replaceChildren(box);
}

function age() {
  for (const box of place.messages.children) {
    if (box.dataset.age === "1") box.remove();
    else box.dataset.age = "1";
  }
}

function go(address, here = false) {
  if (here && location.hash === address) void draw();
  else if (here) location.replace(address);
  else location.hash = address;
}

/** A page for a phone without a round, or with several. */
function startPage(packs) {
  const body = packs.length
    ? [h("ul", { class: "f-rows" }, packs.map((pack) => h("li", {}, h("a", { class: "f-row", href: `#/r/${pack.round.id}` },
      h("span", { class: "f-row-name" }, pack.round.name),
      h("span", { class: "f-row-more" }, say("pack_line", { n: pack.households.length, until: moment(pack.expires_at) }))))))]
    : [notice("wait", h("p", { class: "f-notice-title" }, say("no_pack")), h("p", {}, say("no_pack_how"))),
      h("p", {}, h("a", { class: "f-button f-button-main", href: urls.home }, say("to_home")))];
  return { title: say("app"), body, bar: [] };
}

async function pageOf(hash) {
  const who = await store.who();
  const packs = who ? await store.packsOf(who.id) : [];
  const reload = () => store.checksOf(who.id);
  const context = { who, packs, go, tell, reload };
  if (hash === "#/device") return devicePage(context);
  const [, round, sampled, again] = /^#\/r\/(\d+)(?:\/(\d+)(\/again)?)?$/.exec(hash) ?? [];
  const pack = packs.find((one) => one.round.id === Number(round)) ?? (round || packs.length !== 1 ? null : packs[0]);
  if (!pack) return startPage(packs);
  context.pack = pack;
  context.checks = await reload();
  const many = packs.length > 1 ? "#/" : null;
  if (!sampled) return { ...(await listPage(context)), back: many };
  const found = await householdPage({ ...context, sampled: Number(sampled), again: Boolean(again) });
  return found ?? { title: say("not_yours"), back: `#/r/${pack.round.id}`, body: [notice("bad", h("p", {}, say("not_yours_text")))], bar: [] };
}

async function draw(keepPlace = false) {
  drawn += 1;
  const mine = drawn;
  let next;
  try {
    next = await pageOf(location.hash);
  } catch (error) {
    console.error(error);
    next = { title: say("app"), body: [notice("bad", h("p", {}, say("store_broken")))], bar: [], broken: true };
  }
  if (keepPlace) await untouched();
  if (mine !== drawn) return;  // a newer page is on its way
  const top = keepPlace ? window.scrollY : (next.top ?? 0);
  page = next;
  place.title.textContent = next.title;
  document.title = `${next.title} · ${say("app")}`;
  place.back.hidden = !next.back;
  if (next.back) place.back.href = next.back;
  place.badge.replaceChildren(...(next.state ? [next.state] : []));
  place.main.replaceChildren(...next.body.filter(Boolean));
  place.bar.replaceChildren(...next.bar);
  place.bar.hidden = !next.bar.length;
  window.scrollTo(0, top);
  if (!keepPlace && drawn > 1) place.title.focus({ preventScroll: true });
  document.documentElement.dataset.ready = "1";
}

/** The strip that is always there: how much is unsent, and what sending is doing. */
async function drawStatus() {
  const who = await store.who();
  const people = await store.unsent();
  const counts = who ? people.get(who.id) : null;
  const some = store.total(counts);
  const others = [...people].filter(([id]) => id !== who?.id).reduce((sum, [, one]) => sum + store.total(one), 0);
  const { phase, left } = sending.state;
  const words = phase === "sending" ? say("sending_n", { n: left }) : say("unsent_n", { n: some });
  const tone = { sending: "now", login: "bad" }[phase] ?? (counts?.held ? "bad" : some ? "wait" : "ok");
  await untouched();
  const why = { offline: say("short_offline"), login: say("short_login"), later: say("short_later") }[phase] ?? "";
  renew(place.status, [
    h("a", { class: `f-status f-status-${tone}`, href: "#/device" },
      h("span", { class: "f-status-count" }, words), why && h("span", { class: "f-status-why" }, why)),
    phase === "login" ? loginLink() : null,
    store.sendable(counts) && !["sending", "login"].includes(phase)
      ? h("button", { type: "button", class: "f-button f-button-small", onclick: () => { void sending.sendNow(); } }, say("send_now")) : null,
    others ? h("a", { class: "f-status f-status-wait", href: "#/device" }, say("others_left", { n: others })) : null,
  ].filter(Boolean));
}

let redrawing = null;

/** Something changed: the strip and what is counted are drawn anew, never a form somebody types into. */
function changed() {
  redrawing ??= setTimeout(async () => {
    redrawing = null;
    await drawStatus();
    if (page?.redraw) await draw(true);
    else await page?.update?.();
  }, 50);
}

/**
 * Before anything is shown: does the phone still work for who had it last? A phone passes from hand to hand, and
 * nobody is shown another one's households while the server can say who is logged in. Without a network, or
 * where the answer takes too long, the page opens as it was left.
 */
async function settleWho() {
  const known = await store.who();
  if (!known || !navigator.onLine) return;
  place.main.replaceChildren(h("p", { class: "f-empty" }, say("opening")));
  const patience = new Promise((done) => { setTimeout(done, PATIENCE); });
  const now = await Promise.race([session(), patience]).catch(() => null);
  if (!now || now.id === known.id) return;
  await handOver(now.id);
  await store.setWho(now);
}

/** Somebody else logged in, here or in another tab: from the start, with what is theirs. */
async function followWho() {
  let user = (await store.who())?.id;
  const look = async () => {
    const now = (await store.who())?.id;
    if (now === user) return;
    user = now;
    await handOver(user);
    location.hash = "#/";
    await draw();
  };
  store.watch(() => { void look(); });
  sending.watch(() => {
    changed();
    void look();
  });
}

const able = window.isSecureContext && "indexedDB" in window && "locks" in navigator;

async function start() {
  if (!able) {
    place.main.replaceChildren(notice("bad", h("p", {}, say("unable"))), h("p", {}, h("a", { class: "f-button f-button-main", href: urls.home }, say("to_home"))));
    return;
  }
  window.addEventListener("hashchange", () => {
    page?.leave?.();
    age();
    void draw();
  });
  store.watch(changed);
  await recover().catch(console.error);
  await tidy().catch(console.error);
  await settleWho().catch(console.error);
  await draw();
  if (page.broken) return;  // nothing can be kept: nothing is asked
  await followWho();
  await drawStatus();
  sending.keepSending();
  await keepShell().catch(console.error);
}

void start();
