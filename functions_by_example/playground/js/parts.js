// What Python is made of: downloaded once, unpacked, and kept by the browser.
import { CACHE, compared, put, taken } from "./kept.js";

/* global FILES, LIBRARIES */

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
    const kept = cache && (await this.#kept(name, cache));
    if (kept) {
      add(FILES[name].size);
      return kept;
    }
    const packed = await this.#fetched(name, add);
    this.packed.set(name, packed);
    const unpacked = unpack(name, packed);
    return name === WASM
      ? WebAssembly.compileStreaming(unpacked)
      : unpacked.blob();
  }

  // What the browser keeps of a part, if it is what was built.
  async #kept(name, cache) {
    if (name === WASM) return this.#module(cache);
    if (LIBRARIES.includes(name)) {
      const compiled = await taken(cache, this.#compiled(name));
      if (compiled) return new Blob([compiled]);
      this.uncompiled = true;
    }
    const unpacked = await taken(cache, this.#unpacked(name));
    return unpacked && new Blob([unpacked]);
  }

  // A browser keeps WebAssembly's machine code, too, but only that of what
  // has an address: service.js answers at this one with what is kept.
  async #module(cache) {
    const address = this.#unpacked(WASM);
    const kept = await cache.match(address);
    if (!kept) return null;
    const { controller } = navigator.serviceWorker ?? {};
    const served = controller && (await fetch(address));
    const response = served?.ok ? served : kept;
    const bytes = response.clone().arrayBuffer();
    const module = WebAssembly.compileStreaming(response);
    module.catch(() => {}); // of what is no WebAssembly
    return (await compared(cache, address, bytes)) && module;
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
      await put(cache, this.#unpacked(name), unpack(name, packed));
    }
    this.packed.clear();
    const names = Object.keys(FILES);
    const wanted = [
      ...names.map((name) => this.#unpacked(name)),
      ...LIBRARIES.map((name) => this.#compiled(name)),
    ];
    for (const { url } of await cache.keys()) {
      if (url.endsWith(".bin") && !wanted.includes(url))
        await cache.delete(url);
    }
  }

  /** Keeps libraries as the browser's own Python has compiled them: pairs of
      a name and a Blob. It makes of them what it made for the build. */
  async keepCompiled(libraries) {
    this.uncompiled = false;
    const cache = await cacheOf();
    for (const [name, blob] of libraries) {
      if (cache) await put(cache, this.#compiled(name), new Response(blob));
    }
  }

  // Where a part is kept, unpacked or compiled: the site has no such files.
  #unpacked(name) {
    return new URL(FILES[name].unpacked, this.assets).href;
  }

  #compiled(name) {
    return new URL(FILES[name].compiled, this.assets).href;
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
