// Answers for the site while there is no network. engine.js registers it once
// Python has started: who never presses Run never has it.
//
// What lies in assets/playground/ has its digest in its name and never grows
// old: it comes from the cache, if it agrees with its name. A page comes from
// the network, and where that does not answer, from the cache, if it has been
// opened since.
import { CACHE, answer, put, taken } from "./kept.js";

const PAGES = "functions-by-example-pages";
const FOREVER = new URL("assets/playground/", registration.scope).href;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("message", (event) => {
  const { keep } = event.data;
  if (keep) event.waitUntil(Promise.allSettled(keep.map(kept)));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const url = request.url.split("#")[0];
  if (!url.startsWith(registration.scope)) return;
  event.respondWith(
    url.startsWith(FOREVER) ? fromCache(request) : fromNetwork(request),
  );
});

async function fromCache(request) {
  const found = await answer(await caches.open(CACHE), plain(request.url));
  return found ?? fetch(request);
}

async function fromNetwork(request) {
  const cache = await caches.open(PAGES);
  try {
    const response = await fetch(request);
    if (response.ok && response.status === 200) {
      cache.put(request.url.split("#")[0], response.clone()).catch(() => {});
    }
    return response;
  } catch (error) {
    const options = { ignoreSearch: request.mode === "navigate" };
    const found = await cache.match(request.url.split("#")[0], options);
    if (found) return found;
    throw error;
  }
}

async function kept(address) {
  if (address.startsWith(FOREVER)) {
    // engine.js keeps what Python is made of; the rest are scripts.
    const cache = await caches.open(CACHE);
    const name = plain(address);
    if (!(await taken(cache, name))) await put(cache, name, await fetch(name));
    return;
  }
  const cache = await caches.open(PAGES);
  if (!(await cache.match(address))) await cache.add(address);
}

// What was asked for anew, after a failure, is the same file.
function plain(address) {
  return address.split(/[?#]/)[0];
}
