// Python in a Web Worker. The worker's script is pyodide.asm.js followed by
// this file, bundled; sandbox.js starts it and hands it its parts.
//
// The worker has an origin of its own and a Content-Security-Policy that
// allows no connection: what Pyodide fetches is answered from memory.
import { loadPyodide } from "pyodide/pyodide.mjs";

const HOME = "https://playground.invalid/";
const LIBRARIES = ["packages.zip", "gallery.zip"];
const parts = new Map();
for (const name of PARTS) {
  const part = {};
  part.value = new Promise((resolve) => (part.arrived = resolve));
  parts.set(name, part);
}

self.onmessage = ({ data }) => {
  if (data.port) serve(data.port);
  else parts.get(data.name).arrived(data.value);
};

async function serve(port) {
  try {
    const python = await boot();
    python.pyimport("gallery.playground.deferred").install();
    const engine = python.pyimport("gallery.playground.engine");
    engine.prepare();
    port.onmessage = ({ data }) => answer(port, python, engine, data);
    port.postMessage({ ready: true });
  } catch (error) {
    port.postMessage({ dead: lastWords(error) });
  }
}

async function boot() {
  self.fetch = async (address) => {
    const name = String(address).slice(HOME.length);
    if (name === "pyodide.asm.wasm") return new Response();
    return new Response(await parts.get(name).value);
  };
  WebAssembly.instantiateStreaming = async (_, imports) => {
    const module = await parts.get("pyodide.asm.wasm").value;
    return { module, instance: await WebAssembly.instantiate(module, imports) };
  };
  const python = await loadPyodide({
    indexURL: HOME,
    stdLibURL: `${HOME}stdlib.zip`,
    packageBaseUrl: HOME,
    lockFileContents: { info: LOCK, packages: {} },
    jsglobals: { setTimeout, clearTimeout },
    env: { TZ: "UTC" },
    stdin: () => null,
    stdout: () => {},
    stderr: () => {},
  });
  const path = python.pyimport("sys").path;
  for (const name of LIBRARIES) {
    python.FS.writeFile(`/lib/${name}`, await parts.get(name).value);
    path.append(`/lib/${name}`);
  }
  return python;
}

async function answer(port, python, engine, { id, operation, values }) {
  const dead = (error) => port.postMessage({ id, dead: lastWords(error) });
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
      engine.compile_libraries(LIBRARIES);
      const compiled = LIBRARIES.map((name) => [
        name,
        new Blob([python.FS.readFile(`/lib/compiled-${name}`)]),
      ]);
      for (const name of LIBRARIES) python.FS.unlink(`/lib/compiled-${name}`);
      return port.postMessage({ id, compiled });
    }
    const text = await engine.call(operation, JSON.stringify(values));
    port.postMessage({ id, text });
  } catch (error) {
    dead(error); // no error of an app's: these are in the answer
  } finally {
    clearInterval(looking);
  }
}

function lastWords(error) {
  return String(error?.message ?? error).split("\n")[0].slice(0, 500);
}
