// Keeps the field page itself on the phone: its one HTML page, styles, scripts and fonts, as one version. What
// holds data is never kept here: that is the page's own store, which is wiped when the round is handed in.
// The server puts `FIELD` before this text: {version, home, shell, assets}.
const NAME = `field-${FIELD.version}`;

async function keep() {
  const cache = await caches.open(NAME);
  await Promise.all([FIELD.shell, ...FIELD.assets].map(async (address) => {
    const reply = await fetch(address, { cache: "reload", credentials: "same-origin" });
    if (!reply.ok || reply.redirected) throw new Error(`${address}: ${reply.status}`);
    await cache.put(address, reply);
  }));
}

self.addEventListener("install", (event) => {
  event.waitUntil(keep().then(() => self.skipWaiting()));
});

async function takeOver() {
  for (const name of await caches.keys()) {
    if (name.startsWith("field-") && name !== NAME) await caches.delete(name);
  }
  await self.clients.claim();
}

self.addEventListener("activate", (event) => {
  event.waitUntil(takeOver());
});

const kept = async (address) => (await caches.open(NAME)).match(address, { ignoreVary: true, ignoreSearch: true });

/** The list of rounds needs the server; without it, what is on the phone is shown instead. */
async function home(request) {
  try {
    return await fetch(request);
  } catch {
    return Response.redirect(FIELD.shell);
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (address.pathname === FIELD.shell || FIELD.assets.includes(address.pathname)) {
    event.respondWith(kept(address.pathname).then((reply) => reply ?? fetch(request)));
  } else if (request.mode === "navigate" && address.pathname === FIELD.home) {
    event.respondWith(home(request));
  }
});
