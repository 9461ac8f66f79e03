// What the phone keeps: packs, checks, photos, and who works with it. Every change is one transaction, written
// through to the disk before it counts as kept, so that closing, reloading or an empty battery loses nothing.

const NAME = "field";
const STORES = { packs: "pack", checks: "client_id", photos: "client_id", meta: "name" };
/** States of a check: being filled in, waiting to be sent, refused by the server, arrived. */
export const DRAFT = "draft";
export const READY = "ready";
export const HELD = "held";
export const SENT = "sent";
/** Of a check refused because the phone's clock was wrong: the visit's day and time are asked for, or given. */
export const ASKED = "asked";
export const GIVEN = "given";

let opened = null;

function open() {
  opened ??= new Promise((done, fail) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      for (const [store, key] of Object.entries(STORES)) request.result.createObjectStore(store, { keyPath: key });
      request.transaction.objectStore("photos").createIndex("check", "check");
    };
    request.onsuccess = () => {
      const base = request.result;
      base.onclose = () => { opened = null; };
      base.onversionchange = () => { base.close(); opened = null; };
      done(base);
    };
    request.onerror = () => { opened = null; fail(request.error); };
  });
  return opened;
}

const answer = (request) => new Promise((done, fail) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => fail(request.error);
});

/** Do `work` in one transaction: all of it is kept, or nothing. `work` may wait for its own requests only. */
async function transact(mode, names, work) {
  const base = await open();
  return new Promise((done, fail) => {
    const transaction = base.transaction(names, mode, { durability: "strict" });
    let result;
    let stopped = null;
    transaction.oncomplete = () => done(result);
    transaction.onabort = () => fail(stopped ?? transaction.error ?? new DOMException("", "AbortError"));
    const stores = Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)]));
    work(stores).then(
      (value) => { result = value; },
      (error) => {
        stopped = transaction.error ?? error;
        try { transaction.abort(); } catch { /* it has stopped by itself */ }
      },
    );
  });
}

const read = (names, work) => transact("readonly", names, work);
const write = (names, work) => transact("readwrite", names, work);

/** True where the phone has no room left. */
export const isFull = (error) => error?.name === "QuotaExceededError";

/** A step came too late: the check is no longer being filled in, or another tab began one. */
export class NotOpen extends Error {}

const changed = new BroadcastChannel("field");
const listeners = new Set();
changed.onmessage = () => { for (const listener of listeners) listener(); };

/** Call `listener` after every change, also one of another tab. */
export function watch(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell() {
  changed.postMessage("changed");
  for (const listener of listeners) listener();
}

// --- who works with this phone --------------------------------------------------------------------

/** Who works with this page, where the phone has no room to note it. */
let acting = null;

export const who = async () => (
  acting ?? await read(["meta"], async ({ meta }) => (await answer(meta.get("who")))?.value ?? null)
);

/** Somebody else works with the phone from now on; on a full one in this page only. */
export async function setWho(user) {
  acting = user;
  try {
    await write(["meta"], async ({ meta }) => { await answer(meta.put({ name: "who", value: user })); });
    acting = null;
  } catch (error) {
    if (!isFull(error)) throw error;
  }
  tell();
}

// --- packs ----------------------------------------------------------------------------------------

export const allPacks = () => read(["packs"], ({ packs }) => answer(packs.getAll()));

export const packsOf = (user) => read(["packs"], async ({ packs }) => (await answer(packs.getAll()))
  .filter((pack) => pack.inspector.id === user)
  .sort((one, other) => other.round.id - one.round.id));

/** Keep a pack in place of an older one of the same round, and remember whose phone this is. */
export async function keepPack(pack) {
  await write(["packs", "meta"], async ({ packs, meta }) => {
    for (const old of await answer(packs.getAll())) {
      const same = old.inspector.id === pack.inspector.id && old.round.id === pack.round.id;
      if (same && old.pack !== pack.pack) packs.delete(old.pack);
    }
    packs.put({ ...pack, token: undefined, kept_at: new Date().toISOString() });
    await answer(meta.put({ name: "who", value: pack.inspector }));
  });
  tell();
}

/** Wipe a round of a person: households, checks, photos. Refuses, by answering false, while work is unsent. */
export async function wipeRound(user, round) {
  const wiped = await write(["packs", "checks", "photos"], async ({ packs, checks, photos }) => {
    const own = (await answer(checks.getAll())).filter((check) => check.user === user && check.round === round);
    const ids = new Set(own.map((check) => check.client_id));
    const pictures = (await answer(photos.getAll())).filter((photo) => ids.has(photo.check));
    if (own.some((check) => check.state !== SENT) || pictures.some((photo) => !photo.sent)) return false;
    for (const pack of await answer(packs.getAll())) {
      if (pack.inspector.id === user && pack.round.id === round) packs.delete(pack.pack);
    }
    for (const check of own) checks.delete(check.client_id);
    for (const photo of pictures) photos.delete(photo.client_id);
    return true;
  });
  tell();
  return wiped;
}

// --- checks ---------------------------------------------------------------------------------------

export const check = (id) => read(["checks"], async ({ checks }) => (await answer(checks.get(id))) ?? null);

export const checksOf = (user) => read(["checks"], async ({ checks }) => (await answer(checks.getAll()))
  .filter((row) => row.user === user)
  .sort((one, other) => (one.finished_at ?? one.visited_at).localeCompare(other.finished_at ?? other.visited_at)));

/** The check as it is kept now, `seed` at the first tap; one unsent check of a person a household. */
async function openRow(checks, seed) {
  const row = await answer(checks.get(seed.client_id));
  if (row ? row.state !== DRAFT : (await answer(checks.getAll())).some((other) => (
    other.user === seed.user && other.sampled === seed.sampled && other.state !== SENT
  ))) throw new NotOpen();
  return row ?? structuredClone(seed);
}

/** Apply changes to the check as it is kept now, and keep it. */
export async function change(seed, changes) {
  const kept = await write(["checks"], async ({ checks }) => {
    const row = await openRow(checks, seed);
    for (const step of changes) step(row);
    row.changed_at = new Date().toISOString();
    await answer(checks.put(row));
    return row;
  });
  tell();
  return kept;
}

async function move(id, from, work) {
  const moved = await write(["checks"], async ({ checks }) => {
    const row = await answer(checks.get(id));
    if (!row || !from(row)) return null;
    work(row);
    await answer(checks.put(row));
    return row;
  });
  tell();
  return moved;
}

export const finish = (id) => move(id, (row) => row.state === DRAFT, (row) => {
  row.state = READY;
  row.finished_at = new Date().toISOString();
});

/** Take a finished check back; only while no try to send it was made: the server may have it already. */
export const reopen = (id) => move(id, (row) => row.state === READY && !row.tried, (row) => { row.state = DRAFT; });

/** Before the first try to send: from here on its contents stand. */
export const markTried = (id) => move(id, (row) => row.state === READY, (row) => { row.tried = true; });

export const markSent = (id) => move(id, (row) => row.state === READY, (row) => {
  row.state = SENT;
  row.sent_at = new Date().toISOString();
});

export const hold = (id, problem, code) => move(id, (row) => row.state === READY, (row) => {
  Object.assign(row, { state: HELD, problem, code });
});

/** Send a refused check once more as it is, for instance after the team's head put things right. */
export const retry = (id) => move(id, (row) => row.state === HELD, (row) => {
  Object.assign(row, { state: READY, problem: "", code: "" });
});

/**
 * Open a refused check for mending, under a new key: the old one is spent. Its photos go along. Where the phone's
 * clock was wrong, the inspector says when the visit was.
 */
export async function renew(id) {
  const fresh = await write(["checks", "photos"], async ({ checks, photos }) => {
    const row = await answer(checks.get(id));
    if (!row || row.state !== HELD) return null;
    const next = { ...row, client_id: crypto.randomUUID(), state: DRAFT, tried: false, code: "" };
    if (row.code === "clock") next.clock = ASKED;
    for (const photo of await answer(photos.getAll())) {
      if (photo.check === id) photos.put({ ...photo, check: next.client_id });
    }
    checks.delete(id);
    await answer(checks.put(next));
    return next;
  });
  tell();
  return fresh;
}

/** Throw away a check that is being filled in, with its photos. */
export async function discard(id) {
  await write(["checks", "photos"], async ({ checks, photos }) => {
    const row = await answer(checks.get(id));
    if (!row || row.state !== DRAFT) throw new NotOpen();
    for (const key of row.photos) photos.delete(key);
    await answer(checks.delete(id));
  });
  tell();
}

// --- photos ---------------------------------------------------------------------------------------

export const photo = (id) => read(["photos"], async ({ photos }) => (await answer(photos.get(id))) ?? null);

export const photosOf = (id) => read(["photos"], async ({ photos }) => (await answer(photos.index("check").getAll(id)))
  .sort((one, other) => one.taken_at.localeCompare(other.taken_at)));

/** Keep a photo and its place in the check together (`seed` where the photo is the first thing done). */
export async function addPhoto(seed, picture) {
  const kept = await write(["checks", "photos"], async ({ checks, photos }) => {
    const row = await openRow(checks, seed);
    row.photos.push(picture.client_id);
    row.changed_at = new Date().toISOString();
    await answer(photos.put({ ...picture, check: row.client_id, user: row.user, sent: false }));
    await answer(checks.put(row));
    return row;
  });
  tell();
  return kept;
}

/** Take a photo out of a check that is being filled in. */
export async function dropPhoto(id) {
  await write(["checks", "photos"], async ({ checks, photos }) => {
    const picture = await answer(photos.get(id));
    if (!picture) return;
    const row = await answer(checks.get(picture.check));
    if (row?.state !== DRAFT) throw new NotOpen();
    row.photos = row.photos.filter((key) => key !== id);
    photos.delete(id);
    await answer(checks.put(row));
  });
  tell();
}

/** A photo of a check that arrived, which the server refuses: thrown away by the inspector. */
export async function dropRefused(id) {
  await write(["photos"], async ({ photos }) => {
    const picture = await answer(photos.get(id));
    if (picture?.problem) await answer(photos.delete(id));
  });
  tell();
}

/** The photo arrived: its picture leaves the phone, which is small; that it was sent stays known. */
export async function photoSent(id) {
  await write(["photos"], async ({ photos }) => {
    const picture = await answer(photos.get(id));
    if (picture) await answer(photos.put({ ...picture, blob: null, sent: true, problem: "" }));
  });
  tell();
}

export async function holdPhoto(id, problem) {
  await write(["photos"], async ({ photos }) => {
    const picture = await answer(photos.get(id));
    if (picture) await answer(photos.put({ ...picture, problem }));
  });
  tell();
}

// --- what is unsent -------------------------------------------------------------------------------

/** Every unsent piece on the phone by person: user → {name, drafts, waiting, held, photos}. */
export const unsent = () => read(["checks", "photos"], async ({ checks, photos }) => {
  const people = new Map();
  const rows = await answer(checks.getAll());
  const of = (row) => {
    if (!people.has(row.user)) people.set(row.user, { drafts: 0, waiting: 0, held: 0, photos: 0 });
    return people.get(row.user);
  };
  for (const row of rows) {
    if (row.state === DRAFT) of(row).drafts += 1;
    if (row.state === READY) of(row).waiting += 1;
    if (row.state === HELD) of(row).held += 1;
  }
  const arrived = new Map(rows.filter((row) => row.state === SENT).map((row) => [row.client_id, row]));
  for (const picture of await answer(photos.getAll())) {
    if (!picture.sent && arrived.has(picture.check)) of(arrived.get(picture.check)).photos += 1;
  }
  return people;
});

/** How many pieces could be sent now. */
export const sendable = (counts) => (counts ? counts.waiting + counts.photos : 0);

/** How many of a person's pieces are unsent in all. */
export const total = (counts) => (counts ? counts.drafts + counts.waiting + counts.held + counts.photos : 0);
