// Talking to the server: what an answer means for the work on the phone.
import { say, urls } from "./text.js";

/** The server is out of reach, or what answered is not our server (a hotel's or hotspot's own page). */
export class Offline extends Error {}
/** Nobody is logged in: the work waits for it. */
export class LoggedOut extends Error {}
/** The server cannot just now: try again later. */
export class Later extends Error {}
/** The server will not take this, with its sentence. */
export class Refused extends Error {
  constructor(sentence, code, status) {
    super(sentence);
    this.code = code;
    this.status = status;
  }
}

const SECONDS = { plain: 60, photo: 180 };
const TAKEN_BACK = new Set([400, 403, 404, 409, 410, 413, 415, 422]);
let token = "";
let user = null;

async function ask(address, options, seconds) {
  let reply;
  let body;
  try {
    reply = await fetch(address, {
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(seconds * 1000),
      ...options,
    });
    body = await reply.text();
  } catch {
    throw new Offline();
  }
  let said;
  try {
    said = JSON.parse(body);
  } catch {
    if (reply.status === 413) throw new Refused(say("too_large"), "large", 413);
    if (reply.status === 429 || reply.status >= 500) throw new Later();
    throw new Offline();
  }
  if (reply.ok) return said;
  if (reply.status === 401) throw new LoggedOut();
  if (TAKEN_BACK.has(reply.status)) throw new Refused(said.problem || say("refused"), said.code || "", reply.status);
  throw new Later();
}

/** Somebody who does no checks: nothing on the phone is theirs. */
const NOBODY = { id: 0, name: "" };

/** Who is logged in: {id, name}; also brings the token that sending needs. */
export async function session() {
  let said;
  try {
    said = await ask(urls.token, {}, SECONDS.plain);
  } catch (error) {
    if (!(error instanceof Refused && error.status === 403)) throw error;
    said = { token: "", user: NOBODY };
  }
  ({ token, user } = said);
  return user;
}

async function post(address, options, seconds = SECONDS.plain) {
  if (!token) await session();
  const sender = user;
  const send = () => ask(address, {
    ...options, method: "POST", headers: { ...options.headers, "X-CSRFToken": token },
  }, seconds);
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof Refused && error.status === 403 && error.code === "csrf")) throw error;
    // The token was of an earlier log-in: of the same person, or what is sent would go out under another name.
    if ((await session()).id !== sender?.id) throw new LoggedOut();
    return send();
  }
}

export const postJSON = (address, data) => post(address, {
  body: JSON.stringify(data), headers: { "Content-Type": "application/json" },
});

export const getJSON = (address) => ask(address, {}, SECONDS.plain);

export function postPhoto(address, fields, blob) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", blob, `${fields.client_id}.jpg`);
  return post(address, { body: form, headers: {} }, SECONDS.photo);
}
