// Words of the page in the reader's language, as the server put them into it; dates as the site writes them.
const given = document.getElementById("field-config");
const config = given ? JSON.parse(given.textContent) : { urls: {}, words: {} };

export const urls = config.urls;

/** The words of a key, with `%(name)s` replaced by the values. */
export function say(key, values = {}) {
  const text = config.words[key];
  if (text === undefined) throw new Error(`no words for ${key}`);
  return text.replace(/%\((\w+)\)s/g, (_all, name) => String(values[name] ?? ""));
}

const two = (number) => String(number).padStart(2, "0");

/** dd/mm/yyyy of an ISO day or moment; nothing for nothing. */
export function day(value) {
  if (!value) return "";
  const plain = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
  if (plain) return `${plain[3]}/${plain[2]}/${plain[1]}`;
  const at = new Date(value);
  return `${two(at.getDate())}/${two(at.getMonth() + 1)}/${at.getFullYear()}`;
}

/** dd/mm/yyyy hh:mm by the phone's clock. */
export function moment(value) {
  if (!value) return "";
  const at = new Date(value);
  return `${day(value)} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** A moment as a field for day and time takes it. */
export function typed(value) {
  const at = new Date(value);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${clock(value)}`;
}

export function clock(value) {
  const at = new Date(value);
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** Bytes as people say them: 12 MB, 1,4 GB. */
export function size(bytes) {
  const units = ["B", "KB", "MB", "GB"];
  let step = 0;
  let number = bytes || 0;
  while (number >= 1000 && step < units.length - 1) {
    number /= 1000;
    step += 1;
  }
  return `${(number < 10 && step > 1 ? number.toFixed(1) : Math.round(number).toString()).replace(".", ",")} ${units[step]}`;
}

/** Text without marks and capitals, for searching: "Nguyễn Đức" is found by "nguyen duc". */
export function folded(text) {
  return String(text ?? "").normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
}

export const byName = new Intl.Collator("vi", { numeric: true }).compare;
