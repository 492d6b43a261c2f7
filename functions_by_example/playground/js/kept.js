// What the browser keeps of the files in assets/playground/. The name of each
// ends in its content's digest, and nothing kept is used that does not agree
// with its name: whoever has once run script in the site's origin could have
// written there.

export const CACHE = "functions-by-example-playground";

/** The bytes kept at an address, or null. */
export async function taken(cache, address) {
  const response = await cache.match(address);
  return response ? compared(cache, address, response.arrayBuffer()) : null;
}

/** The response kept at an address, or null. Its body is not read yet, and
    gives the bytes that were compared. A browser keeps compiled code only of
    the very response that comes from the cache. */
export async function answer(cache, address) {
  const response = await cache.match(address);
  if (!response) return null;
  const bytes = response.clone().arrayBuffer();
  return (await compared(cache, address, bytes)) && response;
}

/** Bytes that come from an address in the cache, if they agree with its name;
    null if not: then the entry is deleted. */
export async function compared(cache, address, coming) {
  const bytes = await coming;
  if (await agrees(address, bytes)) return bytes;
  await cache.delete(address);
  return null;
}

/** Keeps a response at an address, if it agrees with its name. */
export async function put(cache, address, response) {
  const { headers } = response;
  const bytes = await response.arrayBuffer();
  if (await agrees(address, bytes))
    await cache.put(address, new Response(bytes, { headers }));
}

async function agrees(address, bytes) {
  const [, promised] = /-([0-9a-f]{32})\.\w+$/.exec(address) ?? [];
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  const hex = Array.from(new Uint8Array(digest), (byte) =>
    byte.toString(16).padStart(2, "0"),
  );
  return hex.join("").slice(0, 32) === promised;
}
