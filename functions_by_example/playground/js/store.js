/* The reader's work, kept in this browser and nowhere else.

   What the reader writes on a sample is kept for good, under the sample's
   name; what became of code from a shared address, only for this tab, so that
   it never takes the place of the reader's own. A browser may refuse to keep
   anything, or have no room: then the page works, and says so. */
import { fit } from "./files.js";

const PREFIX = "playground:";

/** A place for one draft. `shared` is the fragment that the code came with,
    or nothing. */
export function draft(sample, shared = "") {
  const key = PREFIX + (shared ? `shared:${shared}` : sample || "empty");
  const where = shared ? "sessionStorage" : "localStorage";
  return {
    /** What was kept, or nothing. */
    load: () => parsed(attempt(() => globalThis[where].getItem(key))),
    /** Keep it; whether that worked. */
    save: (state) =>
      attempt(() => {
        globalThis[where].setItem(key, JSON.stringify(state));
        return true;
      }) ?? false,
    clear: () => attempt(() => globalThis[where].removeItem(key)),
  };
}

function attempt(act) {
  try {
    return act();
  } catch {
    return undefined;
  }
}

function parsed(text) {
  const state = attempt(() => JSON.parse(text));
  return state && valid(state) ? state : undefined;
}

/** Whether this is the state of an editor: `files`, `event` (name and text),
    perhaps the file that is open. */
export const valid = (state) =>
  fit(state?.files) &&
  typeof state.event?.name === "string" &&
  typeof state.event.text === "string" &&
  ["undefined", "string"].includes(typeof state.file);
