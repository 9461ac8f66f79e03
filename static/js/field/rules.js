// What a check still lacks, and what an IMEI must look like.

/** Only the digits of what was typed. */
export const digits = (text) => text.replace(/\D/g, "");

/** True when the fifteenth digit is the check digit of the fourteen before it (Luhn; 3GPP TS 23.003, annex B). */
export function imeiFits(imei) {
  if (!/^\d{15}$/.test(imei)) return false;
  let sum = 0;
  [...imei].forEach((sign, index) => {
    const doubled = Number(sign) * (index % 2 ? 2 : 1);
    sum += doubled > 9 ? doubled - 9 : doubled;
  });
  return sum % 10 === 0;
}

/** How the recorded IMEIs end: of a phone with two SIMs both; in a pack taken along earlier one, as a text. */
export const endings = (delivered) => [delivered?.imei_last4 ?? []].flat().filter(Boolean);

/** What is to be said of an IMEI as typed: the words' key and values; null: nothing. */
export function imeiSaid(imei, delivered) {
  if (!imei) return null;
  if (imei.length < 15) return ["imei_short", { n: imei.length }];
  if (!imeiFits(imei)) return ["imei_odd"];
  const recorded = endings(delivered);
  if (!recorded.length) return null;
  const last = recorded.find((end) => imei.endsWith(end));
  return last ? ["imei_same", { last }] : ["imei_differs", { last: recorded.join(" / ") }];
}

/** What keeps the check from being finished: [{field, item}], and what would be good to have. */
export function missing(row, items) {
  const must = [];
  const should = [];
  if (row.clock === "asked") must.push({ kind: "visited", field: "visited" });
  for (const item of items) {
    const given = row.answers[item.id];
    if (!given?.answer) must.push({ kind: "answer", item, field: `item-${item.id}` });
    else if (item.asks_imei && given.answer === "pass" && !row.imei_seen) must.push({ kind: "imei", item, field: "imei" });
    else if (given.answer === "fail" && !given.note) should.push({ kind: "note", item, field: `item-${item.id}` });
  }
  if (row.imei_seen && !imeiFits(row.imei_seen)) should.push({ kind: "imei_odd", field: "imei" });
  if (!row.signer_name) should.push({ kind: "signer", field: "signer" });
  return { must, should };
}
