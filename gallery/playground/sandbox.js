// Stands in a frame that shows nothing and has an origin of its own, without
// access to the site, its storage or the network. It unpacks what engine.js
// has downloaded, once, and starts the workers.
const SCRIPTS = ["pyodide.asm.js", "worker.js"];
const parts = new Map(); // name -> promise of the unpacked part
const arrived = new Map(); // name -> what resolves that promise
const workers = new Map();

addEventListener("message", ({ data, source, ports }) => {
  if (source !== parent) return;
  if (data.part) unpack(data.part, data.blob, data.packed);
  if (data.start) start(data.start, ports[0]);
  if (data.end) end(data.end);
});
parent.postMessage({ waiting: true }, "*");

function part(name) {
  if (!parts.has(name)) {
    parts.set(name, new Promise((resolve) => arrived.set(name, resolve)));
  }
  return parts.get(name);
}

async function unpack(name, blob, packed) {
  part(name);
  try {
    let stream = blob.stream();
    if (packed) stream = stream.pipeThrough(new DecompressionStream("gzip"));
    const headers = { "Content-Type": "application/wasm" };
    const response = new Response(stream, { headers });
    let value;
    if (name.endsWith(".wasm")) {
      value = await WebAssembly.compileStreaming(response);
    } else if (SCRIPTS.includes(name)) value = await response.text();
    else value = new Uint8Array(await response.arrayBuffer());
    arrived.get(name)(value);
  } catch (error) {
    parent.postMessage({ failed: `${name}: ${error?.message ?? error}` }, "*");
  }
}

let script; // promise of the address of the workers' script

async function start(id, port) {
  workers.set(id, null);
  script ??= Promise.all(SCRIPTS.map(part)).then(([asm, ours]) => {
    const type = "text/javascript";
    return URL.createObjectURL(new Blob([asm, "\n;", ours], { type }));
  });
  const address = await script;
  if (!workers.has(id)) return; // ended before it began
  const worker = new Worker(address);
  workers.set(id, worker);
  worker.onerror = (event) => {
    event.preventDefault();
    parent.postMessage({ died: id, message: event.message ?? "" }, "*");
  };
  worker.postMessage({ port }, [port]);
  for (const name of PARTS) {
    part(name).then((value) => worker.postMessage({ name, value }));
  }
}

function end(id) {
  workers.get(id)?.terminate();
  workers.delete(id);
}
