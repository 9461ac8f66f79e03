// Keeping a check while it is filled in: every tap is written at once, in the order of the taps. What could not
// be written (a full phone) stays in memory with its message and is written with the next try. Until a tap is
// written it is noted beside the store: a page closed in the moment a write takes finds it there again.
import * as store from "./store.js";

const NOTED = "field-tap-";
const FIELDS = ["answers", "imei_seen", "note", "signer_name", "latitude", "longitude", "accuracy", "visited_at", "clock"];
const keepers = new Map();

function note(row) {
  try {
    localStorage.setItem(NOTED + row.client_id, JSON.stringify(row));
  } catch { /* full as well: the message of the write says so */ }
}

const unnote = (id) => localStorage.removeItem(NOTED + id);

/** What is noted, as [key, check]; what cannot be read any more is thrown away. */
function noted() {
  const found = [];
  for (const key of Object.keys(localStorage).filter((name) => name.startsWith(NOTED))) {
    try {
      found.push([key, JSON.parse(localStorage.getItem(key) ?? "")]);
    } catch {
      localStorage.removeItem(key);
    }
  }
  return found;
}

/** True while a round has taps of this person that are noted only: as unsent as a check being filled in. */
export const unwritten = (user, round) => noted().some(([, row]) => row.user === user && row.round === round);

/** Write what earlier pages noted and could not write any more. Throws where there is no room: the note stays. */
export async function recover() {
  let failure = null;
  for (const [key, row] of noted()) {
    try {
      await store.change({ ...row, photos: [] }, [(kept) => {
        for (const field of FIELDS) kept[field] = row[field];
      }]);
    } catch (error) {
      if (!(error instanceof store.NotOpen)) {
        failure ??= error;
        continue;
      }
    }
    localStorage.removeItem(key);
  }
  if (failure) throw failure;
}

/**
 * Another person works with this phone: what the one before tapped goes into their own part of the store. What
 * finds no room there was never called kept, and does not stay readable for whoever comes next.
 */
export async function handOver(user) {
  await recover().catch(console.warn);
  for (const [key, row] of noted()) if (row.user !== user) localStorage.removeItem(key);
  for (const [id, keeper] of keepers) if (keeper.row.user !== user) keepers.delete(id);
}

class Keeper {
  constructor(row) {
    this.row = row; // as the page shows it
    this.seed = structuredClone(row); // as it is begun
    this.waiting = [];
    this.running = null;
    this.failure = null;
    this.kept_at = null;
    this.show = () => {};
  }

  /** Apply a change and write it; true once it is kept. */
  keep(step) {
    if (!this.row.visited_at) this.row.visited_at = this.seed.visited_at = new Date().toISOString();
    step(this.row);
    note(this.row);
    this.waiting.push(step);
    return this.flush();
  }

  flush() {
    this.running ??= this.write().finally(() => { this.running = null; });
    return this.running;
  }

  async write() {
    while (this.waiting.length) {
      const steps = [...this.waiting];
      try {
        await store.change(this.seed, steps);
      } catch (error) {
        this.failure = error;
        this.show();
        return false;
      }
      this.waiting.splice(0, steps.length);
      if (!this.waiting.length) unnote(this.row.client_id);
      this.done();
    }
    return true;
  }

  /** Keep a photo beside the answers. Throws where there is no room: the photo is not kept then. */
  async keepPhoto(picture) {
    if (!this.row.visited_at) this.row.visited_at = this.seed.visited_at = new Date().toISOString();
    const row = await store.addPhoto(this.seed, picture);
    this.row.photos = row.photos;
    this.done();
  }

  async dropPhoto(id) {
    await store.dropPhoto(id);
    this.row.photos = this.row.photos.filter((key) => key !== id);
    this.done();
  }

  done() {
    this.failure = null;
    this.kept_at = new Date();
    this.show();
  }
}

/** The keeper of a check; a person's one with unwritten changes is given back as it is. */
export function keeperOf(row) {
  for (const [id, keeper] of keepers) if (!keeper.waiting.length) keepers.delete(id);
  const known = [...keepers.values()].find(({ row: { user, sampled } }) => user === row.user && sampled === row.sampled);
  if (known) return known;
  const keeper = new Keeper(row);
  keepers.set(row.client_id, keeper);
  return keeper;
}

/** Forget what could not be written, for instance when another tab has the check. */
export function forget() {
  for (const id of keepers.keys()) unnote(id);
  keepers.clear();
}

// Leaving with something unwritten is asked about by the browser itself.
window.addEventListener("beforeunload", (event) => {
  if ([...keepers.values()].some((keeper) => keeper.waiting.length)) event.preventDefault();
});
