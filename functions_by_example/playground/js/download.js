/* The app as a zip file, as functions_by_example/site/zips.py makes the sample's: one
   folder of the sample's name. */
import { strToU8, zipSync } from "fflate";

/** The bytes of the zip file. */
export function zipped(folder, files) {
  const mtime = new Date(1980, 0, 1);
  const entries = Object.entries(files).map(([name, text]) => [
    `${folder}/${name}`,
    [strToU8(text), { mtime, os: 3, attrs: 0o100644 << 16 }],
  ]);
  return zipSync(Object.fromEntries(entries), { level: 6 });
}

/** Hand the reader a file. */
export function save(name, bytes, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type }));
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
