/* The state of an editor that a sample begins with: its files, one of its
   events, and which file is open. */
import { APP } from "./files.js";

/** The name of the event of one who chose none of the sample's. */
export const OWN = "own";

/** The state that a sample begins with. */
export function original(sample) {
  const [name] = Object.keys(sample.events);
  return {
    files: { ...sample.files },
    event: { name: name ?? OWN, text: eventText(sample, name) },
    file: APP,
  };
}

const START = '{"request": {"method": "GET", "url": "/api/hello"}}';

/** A sample's event as its file has it, or one to begin with. */
export const eventText = (sample, name) =>
  Object.hasOwn(sample.events, name) ? sample.events[name].trimEnd() : START;

/** Whether two states hold the same code and event. */
export const same = (a, b) =>
  a.event.name === b.event.name &&
  a.event.text === b.event.text &&
  Object.keys(a.files).length === Object.keys(b.files).length &&
  Object.entries(a.files).every(([name, text]) => b.files[name] === text);
