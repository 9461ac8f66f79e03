// Taking a round along, refreshing it, handing it in; and whether the phone is ready to go offline.
import { recover, unwritten } from "./keeping.js";
import { getJSON, postJSON, Refused } from "./net.js";
import * as store from "./store.js";
import { urls } from "./text.js";

const at = (address, key) => address.replace("00000000-0000-0000-0000-000000000000", key);

/** The phone's own words for itself, so that the inspector knows it again in the list of packs. */
function device() {
  const brand = navigator.userAgentData?.brands?.at(-1)?.brand ?? "";
  const platform = navigator.userAgentData?.platform ?? "";
  return [platform, brand].filter(Boolean).join(" · ").slice(0, 200) || navigator.userAgent.slice(0, 200);
}

/** Register the service worker and wait until the page itself is kept on the phone. */
export async function keepShell() {
  if (!("serviceWorker" in navigator)) return false;
  await navigator.serviceWorker.register(urls.worker, { scope: urls.home });
  const patience = new Promise((done) => { setTimeout(done, 60_000); });
  await Promise.race([navigator.serviceWorker.ready, patience]);
  return shellKept();
}

/** True when the page opens without a network: its worker is at work, which it is only once it kept everything. */
export async function shellKept() {
  if (!("caches" in window && "serviceWorker" in navigator)) return false;
  if (!(await navigator.serviceWorker.getRegistration(urls.home))?.active) return false;
  return Boolean(await caches.match(urls.work, { ignoreVary: true, ignoreSearch: true }));
}

/** Take a round along, or bring what is on the phone up to date. The older pack stays until the new one is kept. */
export async function prepare(round, kept) {
  let pack;
  if (kept) {
    try {
      pack = await getJSON(at(urls.pack, kept.pack));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;  // expired or handed in: a new one
    }
  }
  pack ??= await postJSON(urls.packs, { round, device: device() });
  await store.keepPack(pack);
  return pack;
}

/** Ask the browser not to clear the phone's storage by itself; answers whether it agrees. */
export async function persist() {
  return (await navigator.storage?.persisted?.()) || (await navigator.storage?.persist?.()) || false;
}

export const expired = (pack) => new Date(pack.expires_at) < new Date();

/** Hand a round in: the server closes the pack, the phone is wiped. False while work is unsent. */
export async function handIn(pack) {
  await recover();
  const counts = await store.checksOf(pack.inspector.id);
  const own = counts.filter((check) => check.round === pack.round.id);
  if (own.some((check) => check.state !== store.SENT)) return false;
  for (const check of own) {
    if ((await store.photosOf(check.client_id)).some((photo) => !photo.sent)) return false;
  }
  try {
    await postJSON(at(urls.hand_in, pack.pack), {});
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 409) throw error;  // 409: it is closed already
  }
  return store.wipeRound(pack.inspector.id, pack.round.id);
}

/** Names and addresses of rounds whose days are over leave the phone, unless unsent work still needs them. */
export async function tidy() {
  for (const pack of await store.allPacks()) {
    if (expired(pack) && !unwritten(pack.inspector.id, pack.round.id)) await store.wipeRound(pack.inspector.id, pack.round.id);
  }
}
