/* The files of an app: how they may be called, and in which order they
   stand. */

export const APP = "function_app.py";
const FIRST = [APP];
const LAST = [
  "host.json",
  "local.settings.json",
  "requirements.txt",
  ".funcignore",
  "README.md",
];
const MOST = 40;
const LONGEST_NAME = 80;

/** The names in the order of the tabs: the app, its other modules, settings,
    tests, the rest. */
export function ordered(names) {
  const rank = (name) => {
    if (FIRST.includes(name)) return 0;
    if (/(^|\/)test_[^/]*\.py$/.test(name)) return 50;
    if (name.endsWith(".py")) return 1;
    const place = LAST.indexOf(name);
    return place < 0 ? 40 : place < 3 ? 10 + place : 60 + place;
  };
  return [...names].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** Why a file cannot be called so; nothing where it can. */
export function unfit(name, names = []) {
  if (!name) return "A file needs a name.";
  if (name.length > LONGEST_NAME)
    return `A name has at most ${LONGEST_NAME} characters.`;
  if (!/^[\w.-]+(\/[\w.-]+)*$/.test(name))
    return (
      "A name is made of the letters a to z, digits, _, - and dots; a slash " +
      "puts a file into a folder."
    );
  if (name.split("/").some((part) => /^\.+$/.test(part)))
    return "A name leads to no other folder.";
  if (name === "__proto__") return "A file cannot be called __proto__.";
  const lower = name.toLowerCase();
  for (const other of names) {
    const taken = other.toLowerCase();
    if (taken === lower) return `There is a ${other} already.`;
    if (taken.startsWith(`${lower}/`) || lower.startsWith(`${taken}/`))
      return `${other} is there: a name is a file or a folder, not both.`;
  }
  if (names.length >= MOST) return `An app has at most ${MOST} files here.`;
  return "";
}

/** Whether this is a set of files that an app may have: names that fit, and
    texts. */
export function fit(files) {
  if (typeof files !== "object" || files === null || Array.isArray(files))
    return false;
  const seen = [];
  for (const [name, text] of Object.entries(files)) {
    if (typeof text !== "string" || unfit(name, seen)) return false;
    seen.push(name);
  }
  return seen.length > 0;
}
