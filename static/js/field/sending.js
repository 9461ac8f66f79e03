// Sending what is done, when there is a network: one piece at a time, a check before its photos, each exactly
// once. The server knows every piece by the key made when it was begun, so sending again is always safe.
import { LoggedOut, Offline, postJSON, postPhoto, Refused, session } from "./net.js";
import * as store from "./store.js";
import { urls } from "./text.js";

const SECONDS = [5, 10, 20, 40, 80, 160, 300];

/** What the page shows: idle, sending, offline, login, later (the server is busy). */
export const state = { phase: navigator.onLine ? "idle" : "offline", left: 0, user: null };
const listeners = new Set();
let timer = null;
let tries = 0;
let delivered = 0;
let again = false;
let running = null;
/** Checks the server has while the phone, being full, could not note it: their photos go now and make room. */
const arrived = new Set();

export const watch = (listener) => listeners.add(listener);

function show(phase, left = state.left) {
  Object.assign(state, { phase, left });
  for (const listener of listeners) listener(state);
}

/** The check as the server takes it; the same check always gives the same text. */
export function wire(check) {
  const answers = Object.entries(check.answers)
    .filter(([_item, given]) => given.answer)
    .map(([item, given]) => ({ item: Number(item), answer: given.answer, note: given.note ?? "" }))
    .sort((one, other) => one.item - other.item);
  return {
    client_id: check.client_id, pack: check.pack, sampled: check.sampled, checklist: check.checklist,
    visited_at: check.visited_at, answers, imei_seen: check.imei_seen, note: check.note,
    signer_name: check.signer_name, latitude: check.latitude, longitude: check.longitude,
    accuracy: check.accuracy, photos: check.photos,
  };
}

export const wirePhoto = (photo) => ({
  client_id: photo.client_id, check: photo.check, item: photo.item ? String(photo.item) : "", taken_at: photo.taken_at,
});

async function sendCheck(check) {
  try {
    if (!(await store.markTried(check.client_id))) return;  // taken back in the meantime
  } catch (error) {
    if (!store.isFull(error)) throw error;  // sending is what makes room
  }
  try {
    await postJSON(urls.checks, wire(check));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    await store.hold(check.client_id, error.message, error.code);
    return;
  }
  delivered += 1;
  arrived.add(check.client_id);
  await noteArrived();
}

async function noteArrived() {
  for (const id of arrived) {
    try {
      await store.markSent(id);
      arrived.delete(id);
    } catch (error) {
      if (!store.isFull(error)) throw error;
    }
  }
}

async function sendPhoto(photo) {
  try {
    await postPhoto(urls.photos, wirePhoto(photo), photo.blob);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    await store.holdPhoto(photo.client_id, error.message);
    return;
  }
  delivered += 1;
  await store.photoSent(photo.client_id);
}

async function unsentPhotos(checks) {
  const found = [];
  for (const check of checks) {
    if (check.photos.length === 0 || !(check.state === store.SENT || arrived.has(check.client_id))) continue;
    for (const photo of await store.photosOf(check.client_id)) if (!photo.sent && !photo.problem) found.push(photo);
  }
  return found;
}

/** Send everything of the person who is logged in. Throws what stops it. */
async function sendAll() {
  const user = await session();
  const known = await store.who();
  state.user = user;
  if (!known || known.id !== user.id || known.name !== user.name) await store.setWho(user);
  // Finished while we were sending: look again until nothing is left.
  for (;;) {
    await noteArrived();
    const checks = await store.checksOf(user.id);
    const ready = checks.filter((check) => check.state === store.READY && !arrived.has(check.client_id));
    const photos = await unsentPhotos(checks);
    let left = ready.length + photos.length;
    if (left === 0) return;
    for (const check of ready) {
      show("sending", left);
      await sendCheck(check);
      left -= 1;
    }
    for (const photo of photos) {
      show("sending", left);
      await sendPhoto(photo);
      left -= 1;
    }
  }
}

function planNext() {
  clearTimeout(timer);
  const wait = SECONDS[Math.min(tries, SECONDS.length - 1)];
  tries += 1;
  timer = setTimeout(() => { void sendNow(); }, wait * 1000);
}

async function attempt() {
  const before = delivered;
  try {
    await sendAll();
    tries = 0;
    clearTimeout(timer);
    show("idle", 0);
  } catch (error) {
    if (error instanceof LoggedOut) {
      state.user = null;
      show("login");
    } else {
      show(error instanceof Offline ? "offline" : "later");
      if (!(error instanceof Offline)) console.warn(error);
      if (delivered > before) tries = 0;  // a network that comes and goes: something got through
      planNext();
    }
  }
}

/** Try now; a second call while one runs makes it look once more at the end. One tab sends at a time. */
export async function sendNow() {
  if (running) {
    again = true;
    return running;
  }
  running = (async () => {
    do {
      again = false;
      await navigator.locks.request("field-sending", attempt);
    } while (again);
  })();
  try {
    await running;
  } finally {
    running = null;
  }
}

/** Try at once whenever there is hope: the network is back, the page is looked at again. */
export function keepSending() {
  const hope = () => { tries = 0; void sendNow(); };
  window.addEventListener("online", hope);
  window.addEventListener("offline", () => show("offline"));
  document.addEventListener("visibilitychange", () => { if (!document.hidden) hope(); });
  hope();
}
