// What the browser keeps of the files in assets/playground/. The name of each
// ends in its content's digest, and nothing kept is used that does not agree
// with its name: whoever has once run script in the site's origin could have
// written there.

export const CACHE = "functions-by-example-playground";

/** Whether these bytes are what the name at the end of an address promises. */
export async function agrees(address, bytes) {
  const [, promised] = /-([0-9a-f]{32})\.\w+$/.exec(address) ?? [];
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  const hex = Array.from(new Uint8Array(digest), (byte) =>
    byte.toString(16).padStart(2, "0"),
  );
  return hex.join("").slice(0, 32) === promised;
}

/** The response kept at an address and its bytes; null if there is none, or
    if it does not agree: then it is deleted. The body of the response can be
    read, and gives the bytes that were compared. */
export async function taken(cache, address) {
  const response = await cache.match(address);
  if (!response) return null;
  const bytes = await response.clone().arrayBuffer();
  if (await agrees(address, bytes)) return { response, bytes };
  await cache.delete(address);
  return null;
}

/** Keeps a response at an address, if it agrees. */
export async function put(cache, address, response) {
  const bytes = await response.clone().arrayBuffer();
  if (await agrees(address, bytes)) await cache.put(address, response);
}
