// How Python begins once Pyodide is there: in a reader's browser (worker.js),
// and when the site is built (compile.js). Both make the same of the libraries.

/* global LIBRARIES */

const OURS = "functions_by_example.playground.browser";

/** Puts the libraries on Python's path and makes the engine ready, which is
    what it gives. `bytes` gives the content of a file by its name. */
export async function begun(python, bytes) {
  python.pyimport("gc").disable(); // until prepare()
  const path = python.pyimport("sys").path;
  for (const name of LIBRARIES) {
    python.FS.writeFile(`/lib/${name}`, await bytes(name));
    path.append(`/lib/${name}`);
  }
  python.pyimport(`${OURS}.deferred`).install();
  const engine = python.pyimport(`${OURS}.engine`);
  engine.prepare();
  return engine;
}

/** The libraries with what the start has imported of them, compiled: pairs of
    a name and the content. */
export function compiled(python) {
  python.pyimport(`${OURS}.compiling`).compile_libraries(LIBRARIES);
  return LIBRARIES.map((name) => {
    const file = `/lib/compiled-${name}`;
    const content = python.FS.readFile(file);
    python.FS.unlink(file);
    return [name, content];
  });
}
