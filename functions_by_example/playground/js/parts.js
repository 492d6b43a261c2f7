// What Python is made of: downloaded once, unpacked, and kept by the browser.

/* global FILES, LIBRARIES */

const CACHE = "functions-by-example-playground";
const WASM = "pyodide.asm.wasm";
// Not needed to begin with: it comes when all else is there.
const REST = "stdlib-rest.zip";
const FIRST = Object.keys(FILES).filter((name) => name !== REST);
// Pyodide starts with these, and takes a while: the libraries come meanwhile.
const PYODIDE = FIRST.filter((name) => !LIBRARIES.includes(name));

/** `assets` is the address of the folder that holds FILES; `arrived` is called
    whenever `known` has a part more: a Blob, or a WebAssembly.Module. */
export class Parts {
  constructor(assets, arrived) {
    this.assets = assets;
    this.arrived = arrived;
    this.known = new Map();
    this.packed = new Map(); // what was downloaded, until it is kept
  }

  /** What Python needs to begin with. `tell` hears how many of how many bytes
      there are. Rejects with an Error for readers; may be called again. */
  async first(tell) {
    const total = FIRST.reduce((sum, name) => sum + FILES[name].size, 0);
    let loaded = 0;
    const add = (bytes) => {
      loaded += bytes;
      tell({ loaded, total });
    };
    add(0);
    await this.#load(PYODIDE, add);
    await this.#load(LIBRARIES, add);
  }

  /** The rest of the standard library; the same. */
  rest() {
    this.resting ??= this.#load([REST], () => {}).catch((error) => {
      this.resting = null;
      throw error;
    });
    return this.resting;
  }

  async #load(names, add) {
    const cache = await cacheOf();
    await Promise.all(
      names.map(async (name) => {
        if (this.known.has(name)) return add(FILES[name].size);
        this.known.set(name, await this.#part(name, cache, add));
        this.arrived();
      }),
    );
  }

  async #part(name, cache, add) {
    const compiled = await cache?.match(this.#compiled(name));
    if (LIBRARIES.includes(name)) this.uncompiled = Boolean(cache) && !compiled;
    const kept = compiled ?? (await cache?.match(this.#unpacked(name)));
    if (kept) {
      add(FILES[name].size);
      return name === WASM ? this.#module(kept) : kept.blob();
    }
    const packed = await this.#fetched(name, add);
    this.packed.set(name, packed);
    const unpacked = unpack(name, packed);
    return name === WASM
      ? WebAssembly.compileStreaming(unpacked)
      : unpacked.blob();
  }

  // A browser keeps WebAssembly's machine code, too, but only that of what
  // has an address: service.js answers at this one with what is kept.
  async #module(kept) {
    const { controller } = navigator.serviceWorker ?? {};
    const served = controller && (await fetch(this.#unpacked(WASM)));
    return WebAssembly.compileStreaming(served?.ok ? served : kept);
  }

  async #fetched(name, add) {
    const { address, size } = FILES[name];
    let response;
    try {
      response = await fetch(new URL(address, this.assets));
    } catch {
      throw new Error(
        `${name} could not be downloaded: the network does not answer.`,
      );
    }
    if (!response.ok) {
      throw new Error(
        `${name} could not be downloaded: the server says ${response.status}.`,
      );
    }
    const chunks = [];
    try {
      const reader = response.body.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        chunks.push(value);
        add(value.length);
      }
    } catch {
      throw new Error(`The download of ${name} broke off.`);
    }
    const blob = new Blob(chunks);
    if (blob.size === size) return blob;
    throw new Error(
      `The download of ${name} has ${blob.size} bytes, not ${size}.`,
    );
  }

  /** Puts what was downloaded where it is found again, without the network
      too. */
  async keep() {
    const cache = await cacheOf();
    if (!cache) return;
    for (const [name, packed] of this.packed) {
      await cache.put(this.#unpacked(name), unpack(name, packed));
    }
    this.packed.clear();
    const names = Object.keys(FILES);
    const wanted = names.flatMap((n) => [this.#unpacked(n), this.#compiled(n)]);
    for (const { url } of await cache.keys()) {
      if (url.endsWith(".bin") && !wanted.includes(url))
        await cache.delete(url);
    }
  }

  /** Keeps libraries as the browser's own Python has compiled them: pairs of
      a name and a Blob. */
  async keepCompiled(libraries) {
    this.uncompiled = false;
    const cache = await cacheOf();
    for (const [name, blob] of libraries) {
      await cache?.put(this.#compiled(name), new Response(blob));
    }
  }

  // Where a part is kept, unpacked or compiled: the site has no such files.
  #unpacked(name) {
    return new URL(`unpacked-${FILES[name].address}`, this.assets).href;
  }

  #compiled(name) {
    return new URL(`compiled-${FILES[name].address}`, this.assets).href;
  }
}

async function cacheOf() {
  try {
    return await caches.open(CACHE);
  } catch {
    return null; // no storage: a private window, or plain http
  }
}

function unpack(name, packed) {
  const type = name === WASM ? "application/wasm" : "application/octet-stream";
  const stream = packed.stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream, { headers: { "Content-Type": type } });
}
