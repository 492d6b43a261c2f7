// Run by Node.js when the site is built (build.py): compiles the libraries in
// the folder where it runs, as a reader's browser will, by the same Python.
// The site does not ship what comes of it, but its digest.
import { readFile, writeFile } from "node:fs/promises";
import { loadPyodide } from "pyodide/pyodide.mjs";
import { begun, compiled } from "./begin.js";

const [indexURL] = process.argv.slice(2);
const python = await loadPyodide({
  indexURL,
  stdLibURL: "python_stdlib.zip",
  jsglobals: { setTimeout, clearTimeout },
  env: { TZ: "UTC" },
});
await begun(python, (name) => readFile(name));
for (const [name, content] of compiled(python))
  await writeFile(`compiled-${name}`, content);
