/* An editor's state in an address's fragment, which no browser sends.

   Only what differs from the sample is in it, and a digest of the sample, so
   that it is told where the sample has changed since. */
import { fit } from "./files.js";
import { valid } from "./store.js";

const VERSION = 1;
const KEY = "#code=";
/** The most characters of a fragment that is made, and that is read. */
export const LONGEST = 32_000;
const LONGEST_READ = 200_000;
const LARGEST = 1_000_000;

/** A fragment that cannot be made or read; the message is a sentence. */
export class ShareError extends Error {}

/** Whether an address has shared code in it. */
export const isShared = (hash) => hash.startsWith(KEY);

/** The fragment of a state of a sample. Raises ShareError. */
export async function encode(state, sample) {
  const written = {
    v: VERSION,
    of: sample.id,
    base: await digest(sample.files),
    files: changed(state.files, sample.files),
    gone: Object.keys(sample.files).filter(
      (name) => !Object.hasOwn(state.files, name),
    ),
    event: state.event,
    file: state.file,
  };
  const bytes = new TextEncoder().encode(JSON.stringify(written));
  const packed = await new Response(
    new Blob([bytes])
      .stream()
      .pipeThrough(new CompressionStream("deflate-raw")),
  ).arrayBuffer();
  const fragment = KEY + base64url(new Uint8Array(packed));
  if (fragment.length > LONGEST)
    throw new ShareError(
      `This is too much for an address: it would have ${fragment.length} ` +
        `characters, and ${LONGEST} are the most. Use Download instead.`,
    );
  return fragment;
}

const changed = (files, base) =>
  Object.fromEntries(
    Object.entries(files).filter(([name, text]) => base[name] !== text),
  );

/** What a fragment says: which sample it is of, and what became of it. Raises
    ShareError. */
export async function decode(hash) {
  const broken = new ShareError(
    "The address holds shared code that cannot be read: perhaps it was cut " +
      "off or changed on its way. Ask for it again.",
  );
  if (hash.length > LONGEST_READ)
    throw new ShareError(
      "The address holds more shared code than is read here. Ask for a " +
        "download instead.",
    );
  let written;
  try {
    written = JSON.parse(await unpacked(hash.slice(KEY.length)));
  } catch {
    throw broken;
  }
  if (written?.v > VERSION)
    throw new ShareError(
      "The address was made by a later version of this page. Reload the page.",
    );
  const { of, files, gone, event, base } = written ?? {};
  const whole =
    typeof of === "string" &&
    typeof base === "string" &&
    Array.isArray(gone) &&
    typeof event?.name === "string" &&
    typeof event.text === "string" &&
    typeof files === "object";
  if (!whole) throw broken;
  return written;
}

/** The state that a fragment's content stands for, on top of the sample that
    it is of. Raises ShareError. */
export async function applied(written, sample) {
  const files = { ...sample.files, ...written.files };
  for (const name of written.gone) delete files[name];
  const state = { files, event: written.event, file: written.file };
  if (!valid(state) || !fit(files))
    throw new ShareError(
      "The address holds shared code with a file that cannot be: its name " +
        "or its content is not what a file may have.",
    );
  const { name, text } = state.event;
  return {
    state: { ...state, event: { name, text } },
    outdated: written.base !== (await digest(sample.files)),
  };
}

const digest = (files) => keyOf(JSON.stringify(Object.entries(files).sort()));

/** A few characters that stand for a text, such as a whole fragment. */
export async function keyOf(text) {
  const bytes = new TextEncoder().encode(text);
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return base64url(new Uint8Array(hash).slice(0, 6));
}

function base64url(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text)
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}

/** The text that was packed. A few characters can stand for gigabytes: it is
    read up to a limit. */
async function unpacked(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(plain, (character) => character.charCodeAt(0));
  const stream = new Blob([bytes])
    .stream()
    .pipeThrough(new DecompressionStream("deflate-raw"));
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let size = 0;
  let found = "";
  for (const reader = stream.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) return found + decoder.decode();
    size += value.length;
    if (size > LARGEST) {
      await reader.cancel();
      throw new RangeError("too large");
    }
    found += decoder.decode(value, { stream: true });
  }
}
