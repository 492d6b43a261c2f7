// Python in a Web Worker. The worker's script is pyodide.asm.js followed by
// this file, bundled; engine.js starts it and hands it its parts, unpacked.
// What Pyodide fetches is answered from these.
import { loadPyodide } from "pyodide/pyodide.mjs";
import { begun, compiled } from "./begin.js";
import { fence } from "./fence.js";

/* global LOCK, PARTS, REST_AT */

const HOME = "https://playground.invalid/";
const LIBRARY = "/lib/python313.zip"; // where Pyodide looks for its library
const say = self.postMessage.bind(self);
const parts = new Map();
for (const name of PARTS) {
  const part = {};
  part.value = new Promise((resolve) => (part.arrived = resolve));
  parts.set(name, part);
}
let python; // Pyodide
let engine; // functions_by_example.playground.browser.engine
let last; // what is done now; the next waits for it

self.addEventListener("message", ({ data }) => {
  if (data.name) parts.get(data.name).arrived(data.value);
  else last = last.then(() => answer(data));
});
const { userAgent, platform, maxTouchPoints } = navigator;
fence({
  navigator: { userAgent, platform, maxTouchPoints, languages: ["en"] },
  importScripts: () => {
    throw new Error("there are no other scripts");
  },
  fetch: async (address) => {
    const name = String(address).slice(HOME.length);
    return new Response(name.endsWith(".wasm") ? "" : await bytes(name));
  },
});
last = boot();
last.then(
  () => say({ ready: true }),
  (error) => say({ dead: lastWords(error) }),
);
parts.get("stdlib-rest.zip").value.then(() => {
  last = last.then(complete);
});

async function bytes(name) {
  const blob = await parts.get(name).value;
  return new Uint8Array(await blob.arrayBuffer());
}

async function boot() {
  WebAssembly.instantiateStreaming = async (_, imports) => {
    const module = await parts.get("pyodide.asm.wasm").value;
    return { module, instance: await WebAssembly.instantiate(module, imports) };
  };
  python = await loadPyodide({
    indexURL: HOME,
    stdLibURL: `${HOME}stdlib-start.zip`,
    packageBaseUrl: HOME,
    lockFileContents: { info: LOCK, packages: {} },
    jsglobals: { setTimeout, clearTimeout },
    env: { TZ: "UTC" },
    stdin: () => null,
    stdout: () => {},
    stderr: () => {},
  });
  // With a buffer to look into, Python calls JavaScript now and then. WebKit
  // ends no worker that does not: a stopped loop would go on unseen.
  python.setInterruptBuffer(new Int32Array(1));
  engine = await begun(python, bytes);
}

// The rest of the standard library follows its beginning in the same file.
async function complete() {
  const rest = await bytes("stdlib-rest.zip");
  const file = python.FS.open(LIBRARY, "r+");
  python.FS.write(file, rest, 0, rest.length, REST_AT);
  python.FS.close(file);
  engine.complete();
}

async function answer({ id, operation, values }) {
  const dead = (error) => say({ id, dead: lastWords(error) });
  // Python may end without a word: then it answers nothing any more.
  const looking = setInterval(() => {
    try {
      python.runPython("0");
    } catch (error) {
      dead(error);
    }
  }, 500);
  try {
    if (operation === "compile") {
      const blobs = compiled(python).map(([name, content]) => [
        name,
        new Blob([content]),
      ]);
      return say({ id, compiled: blobs });
    }
    const text = await engine.call(operation, JSON.stringify(values));
    say({ id, text });
    await engine.make_ready();
  } catch (error) {
    dead(error); // no error of an app's: these are in the answer
  } finally {
    clearInterval(looking);
  }
}

function lastWords(error) {
  return String(error?.message ?? error)
    .split("\n")[0]
    .slice(0, 500);
}
