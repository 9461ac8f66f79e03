// Unsent work as a file: carried to another machine and uploaded there, when this phone finds no network.
import { wire, wirePhoto } from "./sending.js";
import * as store from "./store.js";

const MOST_BYTES = 30_000_000; // of photos in one file; written as text they take a third more

/** JSON with its keys in order and no spaces, as the server writes it to check the sum. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value && typeof value === "object") {
    return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
  }
  return JSON.stringify(value ?? null);
}

async function sha256(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function base64(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const pieces = [];
  for (let at = 0; at < bytes.length; at += 0x8000) pieces.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  return btoa(pieces.join(""));
}

/** What of a person's work a file takes along: finished checks, and photos of checks that did arrive. */
export async function savable(user) {
  const rows = await store.checksOf(user);
  const checks = rows.filter((row) => row.state === store.READY || row.state === store.HELD);
  const photos = [];
  for (const row of rows) {
    if (row.state === store.DRAFT) continue;
    photos.push(...(await store.photosOf(row.client_id)).filter((photo) => !photo.sent && photo.blob));
  }
  return { checks, photos };
}

/** Checks with their photos, shared out to files the server takes: none of them larger than it may be. */
function inParts({ checks, photos }) {
  const keys = new Set([...checks.map((check) => check.client_id), ...photos.map((photo) => photo.check)]);
  const parts = [];
  let bytes = Infinity;
  for (const key of keys) {
    const own = photos.filter((photo) => photo.check === key);
    const weight = own.reduce((sum, photo) => sum + photo.blob.size, 0);
    if (bytes + weight > MOST_BYTES) {
      parts.push({ checks: [], photos: [] });
      bytes = 0;
    }
    bytes += weight;
    parts.at(-1).checks.push(...checks.filter((check) => check.client_id === key));
    parts.at(-1).photos.push(...own);
  }
  return parts;
}

async function contents(user, { checks, photos }) {
  const rest = {
    format: "field-checks",
    version: 1,
    pack: checks[0]?.pack ?? null,
    inspector: user,
    checks: checks.map(wire),
    photos: [],
  };
  for (const photo of photos) rest.photos.push({ ...wirePhoto(photo), data: await base64(photo.blob) });
  return canonical({ ...rest, sum: await sha256(canonical(rest)) });
}

function download(text, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Save a person's unsent work, as several files where it is much; answers how many checks and photos are in. */
export async function saveFile(user) {
  const found = await savable(user);
  const stamp = new Date().toISOString().slice(0, 16).replace(/[-:]/g, "").replace("T", "-");
  const parts = inParts(found);
  for (const [index, part] of parts.entries()) {
    const place = parts.length > 1 ? `-${index + 1}` : "";
    download(await contents(user, part), `phieu-kiem-tra-${stamp}${place}.json`);
  }
  return { checks: found.checks.length, photos: found.photos.length };
}
