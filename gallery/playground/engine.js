// Runs function apps in the browser: the page's side. Python itself runs in
// Web Workers, in a hidden frame that has an origin of its own (sandbox.js).

/* global FILES, SANDBOX, SANDBOX_HASH */

const CACHE = "functions-by-example-playground";
// Of the sandbox itself: besides its own script and its workers', nothing.
const POLICY =
  `default-src 'none'; script-src '${SANDBOX_HASH}' 'wasm-unsafe-eval'; ` +
  "worker-src blob:";
const LIBRARIES = ["packages.zip", "gallery.zip"];
const NAMES = Object.keys(FILES);
const FIRST = ["pyodide.asm.js", "pyodide.asm.wasm", "worker.js", "stdlib.zip"];
// How long the first worker rests before the spare one is started.
const REST = 300;

export class StoppedError extends Error {
  constructor() {
    super("Stopped.");
    this.name = "StoppedError";
  }
}

export class Engine {
  // assets: the address of the folder that holds FILES; service: that of the
  // service worker, or null. onstatus is told "loading", "ready", "running",
  // "stopped" or "failed"; onprogress how many of how many bytes there are.
  constructor({ assets, service = null, onstatus, onprogress }) {
    this.assets = new URL(assets, document.baseURI);
    this.service = service;
    this.onstatus = onstatus ?? (() => {});
    this.onprogress = onprogress ?? (() => {});
    this.status = null;
    this.downloads = new Map();
    this.workers = 0;
  }

  // Downloads what is not there yet, and starts Python. Rejects with an Error
  // whose message is for readers; may be called again then.
  start() {
    this.starting ??= this.#start().catch((error) => {
      this.starting = null;
      this.#close();
      this.#tell("failed");
      throw error;
    });
    return this.starting;
  }

  // The functions of the app of these files, and what is wrong with it.
  index(files) {
    return this.#call("index", [files]);
  }

  // What comes of one event, given as the text of its file: an object loses
  // what JavaScript does not tell apart, such as 21 and 21.0.
  send(files, event) {
    const text = typeof event === "string" ? event : JSON.stringify(event);
    return this.#call("send", [files, text]);
  }

  // How many objects Python holds.
  memory() {
    return this.#call("memory", []);
  }

  // Ends what runs, whatever it does. Pending calls reject with StoppedError.
  async stop() {
    if (!this.worker) return;
    const stopped = this.worker;
    this.worker = null;
    this.#end(stopped, new StoppedError());
    this.#tell("stopped");
    await this.#replace();
  }

  // Ends everything; the engine cannot be used again.
  dispose() {
    this.disposed = true;
    this.#close();
  }

  async #start() {
    if (this.disposed) throw new Error("This engine has been disposed of.");
    this.#tell("loading");
    const opened = this.#open();
    const downloaded = this.#download(opened);
    downloaded.catch(() => {}); // it is awaited below
    await opened;
    this.worker = this.#spawn();
    await Promise.all([downloaded, this.worker.ready]);
    this.#tell("ready");
    this.#restThenSpare();
    this.#keep().catch(() => {}); // without storage it works all the same
  }

  // --- What is downloaded ---------------------------------------------------

  // What Python needs to begin with first, then the rest.
  async #download(opened) {
    const total = Object.values(FILES).reduce((sum, f) => sum + f.size, 0);
    let loaded = 0;
    const add = (bytes) => {
      loaded += bytes;
      this.onprogress({ loaded, total });
    };
    add(0);
    const cache = await cacheOf();
    for (const names of [FIRST, NAMES.filter((n) => !FIRST.includes(n))]) {
      await Promise.all(
        names.map(async (name) => {
          const compiled = await kept(cache, this.#compiled(name));
          if (compiled) {
            add(FILES[name].size);
            await opened;
            this.#post({ part: name, blob: compiled, packed: false });
            return;
          }
          if (LIBRARIES.includes(name)) this.uncompiled = Boolean(cache);
          const got = this.downloads.get(name);
          if (got) add(got.size);
          const blob = got ?? (await this.#fetched(name, cache, add));
          this.downloads.set(name, blob);
          await opened;
          this.#post({ part: name, blob, packed: true });
        }),
      );
    }
  }

  async #fetched(name, cache, add) {
    const { address, size } = FILES[name];
    const url = new URL(address, this.assets).href;
    const before = await kept(cache, url);
    if (before?.size === size) {
      add(size);
      return before;
    }
    let response;
    try {
      response = await fetch(url);
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

  // Puts the downloads where they are found again, without the network too.
  async #keep() {
    const cache = await cacheOf();
    if (!cache) return;
    const wanted = new Set(LIBRARIES.map((name) => this.#compiled(name)));
    for (const [name, { address }] of Object.entries(FILES)) {
      const url = new URL(address, this.assets).href;
      wanted.add(url);
      const blob = this.downloads.get(name);
      if (blob && !(await cache.match(url))) {
        await cache.put(url, new Response(blob));
      }
    }
    for (const { url } of await cache.keys()) {
      if (!wanted.has(url) && url.endsWith(".bin")) await cache.delete(url);
    }
    this.downloads.clear();
    if (this.service && navigator.serviceWorker) await serve(this.service);
  }

  // Where a library is kept as compiled by the browser's own Python.
  #compiled(name) {
    const { address } = FILES[name];
    return new URL(`compiled-${address}`, this.assets).href;
  }

  // Has the spare worker, which has run nothing of the reader's, compile the
  // libraries for the next start: most of a start is compiling.
  async #compile(worker) {
    await worker.ready;
    const id = ++this.workers;
    const compiled = await new Promise((resolve, reject) => {
      worker.calls.set(id, { resolve, reject });
      worker.port.postMessage({ id, operation: "compile" });
    });
    const cache = await cacheOf();
    for (const [name, blob] of compiled) {
      await cache?.put(this.#compiled(name), new Response(blob));
    }
    this.uncompiled = false;
  }

  // --- The sandbox ----------------------------------------------------------

  // Resolves when the frame listens.
  #open() {
    this.#close();
    const frame = document.createElement("iframe");
    frame.setAttribute("sandbox", "allow-scripts");
    frame.setAttribute("aria-hidden", "true");
    frame.title = "Python";
    frame.tabIndex = -1;
    // Not hidden altogether: a browser gives what is hidden less of the
    // processor.
    frame.style.cssText =
      "position:fixed;inset:0 auto auto 0;width:1px;height:1px;border:0;" +
      "opacity:0;pointer-events:none";
    frame.srcdoc =
      `<!doctype html><meta charset="utf-8"><meta http-equiv=` +
      `"Content-Security-Policy" content="${POLICY}"><script>${SANDBOX}` +
      `</script>`;
    this.frame = frame;
    return new Promise((resolve) => {
      this.listener = ({ source, data }) => {
        if (source !== frame.contentWindow) return;
        if (data.waiting) resolve();
        for (const worker of [this.worker, this.spare]) {
          if (!worker) continue;
          if (data.failed) this.#died(worker, data.failed);
          if (data.died === worker.id) this.#died(worker, data.message);
        }
      };
      addEventListener("message", this.listener);
      document.body.append(frame);
    });
  }

  #close() {
    for (const worker of [this.worker, this.spare]) {
      if (worker) this.#end(worker, new StoppedError());
    }
    this.worker = this.spare = null;
    removeEventListener("message", this.listener);
    this.frame?.remove();
    this.frame = null;
  }

  #post(message, ports = []) {
    this.frame?.contentWindow?.postMessage(message, "*", ports);
  }

  // --- Workers --------------------------------------------------------------

  #spawn() {
    const { port1, port2 } = new MessageChannel();
    const worker = { id: ++this.workers, port: port1, calls: new Map() };
    worker.ready = new Promise((resolve, reject) => {
      worker.fail = reject;
      port1.onmessage = ({ data }) => {
        if (data.ready) resolve();
        else if (data.dead !== undefined) this.#died(worker, data.dead);
        else this.#answered(worker, data);
      };
    });
    worker.ready.catch(() => {});
    this.#post({ start: worker.id }, [port2]);
    return worker;
  }

  #end(worker, error) {
    this.#post({ end: worker.id });
    worker.port.close();
    worker.fail(error);
    for (const { reject } of worker.calls.values()) reject(error);
    worker.calls.clear();
  }

  async #died(worker, reason) {
    const error = new Error(`Python has ended: ${reason || "no reason given"}`);
    this.#end(worker, error);
    if (worker === this.spare) this.spare = null;
    if (worker !== this.worker) return;
    this.worker = null;
    if (this.status === "loading") return; // start() fails, and says so
    this.#tell("stopped");
    await this.#replace();
  }

  async #replace() {
    const worker = (this.worker = this.spare ?? this.#spawn());
    this.spare = null;
    try {
      await worker.ready;
    } catch (error) {
      if (this.worker === worker) this.#tell("failed");
      return;
    }
    if (this.worker !== worker) return;
    this.#tell(worker.calls.size ? "running" : "ready");
    this.#restThenSpare();
  }

  // A second worker is made ready while nothing runs.
  #restThenSpare() {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      if (this.spare || !this.worker || this.disposed) return;
      if (this.worker.calls.size) this.#restThenSpare();
      else {
        this.spare = this.#spawn();
        if (this.uncompiled) this.#compile(this.spare).catch(() => {});
      }
    }, REST);
  }

  async #call(operation, values) {
    await this.start();
    const worker = this.worker;
    const id = ++this.workers;
    return new Promise((resolve, reject) => {
      if (!worker) return reject(new StoppedError());
      worker.calls.set(id, { resolve, reject });
      worker.last = (worker.last ?? worker.ready)
        .then(() => {
          if (!worker.calls.has(id)) return;
          this.#tell("running");
          worker.port.postMessage({ id, operation, values });
          return new Promise((next) => (worker.next = next));
        })
        .catch(reject);
    });
  }

  #answered(worker, { id, text, compiled }) {
    const answer = compiled ?? JSON.parse(text);
    const call = worker.calls.get(id);
    worker.calls.delete(id);
    worker.next?.();
    if (worker === this.worker && !worker.calls.size) {
      // WebAssembly's memory only grows: who has used up all of it is replaced.
      if (answer.spent) this.#died(worker, "its memory was used up");
      else this.#tell("ready");
    }
    call?.resolve(answer);
  }

  #tell(status) {
    if (status === this.status || this.disposed) return;
    this.status = status;
    this.onstatus(status);
  }
}

async function cacheOf() {
  try {
    return await caches.open(CACHE);
  } catch {
    return null; // no storage: a private window, or plain http
  }
}

async function kept(cache, address) {
  return (await cache?.match(address))?.blob();
}

async function serve(service) {
  await navigator.serviceWorker.register(service);
  const { active } = await navigator.serviceWorker.ready;
  const here = performance
    .getEntriesByType("resource")
    .map(({ name }) => name)
    .filter((name) => name.startsWith(location.origin));
  active.postMessage({ keep: [location.href.split("#")[0], ...here] });
}
