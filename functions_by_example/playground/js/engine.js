// Runs function apps in the browser: the page's side. Python itself runs in
// Web Workers (worker.js), which the page's Content-Security-Policy and a
// fence of their own (fence.js) keep from everything else.
import { Parts } from "./parts.js";

const SCRIPTS = ["pyodide.asm.js", "worker.js"];
// How long the first worker rests before the spare one is started, in ms.
const PAUSE = 300;

export class StoppedError extends Error {
  constructor() {
    super("Stopped.");
    this.name = "StoppedError";
  }
}

export class Engine {
  // assets: the address of the folder that holds Python's parts; service: that
  // of the service worker, or null. onstatus is told "loading", "ready",
  // "running", "stopped" or "failed"; onprogress how many of how many bytes
  // there are.
  constructor({ assets, service = null, onstatus, onprogress }) {
    const folder = new URL(assets, document.baseURI);
    this.parts = new Parts(folder, () => {
      for (const worker of [this.worker, this.spare]) this.#supply(worker);
    });
    this.service = service;
    this.onstatus = onstatus ?? (() => {});
    this.onprogress = onprogress ?? (() => {});
    this.status = null;
    this.asked = 0;
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
    this.worker = this.#spawn();
    await Promise.all([this.parts.first(this.onprogress), this.worker.ready]);
    this.#tell("ready");
    this.#restThenSpare();
    this.#keep();
    this.#complete().catch(() => {}); // asked for again when it is needed
  }

  async #complete() {
    await this.parts.rest();
    this.#keep();
  }

  // Without storage it works all the same, and downloads everything again.
  #keep() {
    this.keeping = Promise.resolve(this.keeping)
      .then(() => this.parts.keep())
      .then(() => this.service && navigator.serviceWorker && this.#serve())
      .catch(() => {});
  }

  // Has the service worker answer for the site while there is no network.
  #serve() {
    this.serving ??= serve(this.service);
    return this.serving;
  }

  #close() {
    clearTimeout(this.resting);
    for (const worker of [this.worker, this.spare]) {
      if (worker) this.#end(worker, new StoppedError());
    }
    this.worker = this.spare = null;
  }

  // --- Workers --------------------------------------------------------------

  #spawn() {
    const worker = { calls: new Map(), has: new Set(SCRIPTS) };
    worker.ready = new Promise((resolve, reject) => {
      worker.begun = resolve;
      worker.fail = reject;
    });
    worker.ready.catch(() => {});
    this.#supply(worker);
    return worker;
  }

  // Starts a worker as soon as its script is there, and hands it every part.
  #supply(worker) {
    const { known } = this.parts;
    if (!worker || !SCRIPTS.every((name) => known.has(name))) return;
    worker.python ??= this.#python(worker);
    for (const [name, value] of known) {
      if (worker.has.has(name)) continue;
      worker.has.add(name);
      worker.python.postMessage({ name, value });
    }
  }

  #python(worker) {
    const [pyodide, ours] = SCRIPTS.map((name) => this.parts.known.get(name));
    const script = new Blob([pyodide, "\n;", ours], {
      type: "text/javascript",
    });
    this.address ??= URL.createObjectURL(script);
    const python = new Worker(this.address);
    python.onmessage = ({ data }) => {
      if (data.ready) worker.begun();
      else if (data.dead !== undefined) this.#died(worker, data.dead);
      else this.#answered(worker, data);
    };
    python.onerror = (event) => {
      event.preventDefault();
      this.#died(worker, event.message);
    };
    return python;
  }

  #end(worker, error) {
    worker.python?.terminate();
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
    } catch {
      if (this.worker === worker) this.#tell("failed");
      return;
    }
    if (this.worker !== worker) return;
    this.#tell(worker.calls.size ? "running" : "ready");
    this.#restThenSpare();
  }

  // A second worker is made ready while nothing runs. It has run nothing of
  // the reader's, and compiles the libraries for the next start: most of a
  // start is compiling.
  #restThenSpare() {
    clearTimeout(this.resting);
    this.resting = setTimeout(async () => {
      if (this.spare || !this.worker || this.disposed) return;
      if (this.worker.calls.size) return this.#restThenSpare();
      this.spare = this.#spawn();
      if (!this.parts.uncompiled) return;
      const compiled = await this.#ask(this.spare, "compile").catch(() => []);
      await this.parts.keepCompiled(compiled);
    }, PAUSE);
  }

  // --- Calls ----------------------------------------------------------------

  // Where an app asks for what is in the rest of the standard library, while
  // that is not there yet, it is asked again.
  async #call(operation, values) {
    await this.start();
    const { worker } = this;
    for (;;) {
      if (!worker || worker !== this.worker) throw new StoppedError();
      const answer = await this.#ask(worker, operation, values);
      if (!answer.missed) return answer;
      await this.#complete().catch((error) => {
        this.#idle(worker);
        throw error;
      });
    }
  }

  async #ask(worker, operation, values = []) {
    const id = ++this.asked;
    const answer = new Promise((resolve, reject) => {
      worker.calls.set(id, { resolve, reject });
    });
    answer.catch(() => {});
    await worker.ready;
    if (worker === this.worker) this.#tell("running");
    worker.python.postMessage({ id, operation, values });
    return answer;
  }

  #answered(worker, { id, text, compiled }) {
    const answer = compiled ?? JSON.parse(text);
    const call = worker.calls.get(id);
    worker.calls.delete(id);
    // WebAssembly's memory only grows: who has used up all of it is replaced.
    if (answer.spent) this.#died(worker, "its memory was used up");
    else if (!answer.missed) this.#idle(worker);
    call?.resolve(answer);
  }

  #idle(worker) {
    if (worker === this.worker && !worker.calls.size) this.#tell("ready");
  }

  #tell(status) {
    if (status === this.status || this.disposed) return;
    this.status = status;
    this.onstatus(status);
  }
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
