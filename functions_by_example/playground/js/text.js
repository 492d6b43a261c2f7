/* Text as it may be shown: nothing unseen in it, and not without end. */

/** The most characters that are shown of one text. */
export const LONGEST = 100_000;
const LINES = 2_000;

// Control characters, what turns the direction of writing round, what has no
// width, halves of a character. Line feed and tab are what they are.
const UNSEEN =
  /[\0-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]|\p{Cs}/gu;

/** The text with everything that cannot be seen written as an escape. */
export const visible = (text) =>
  text.replace(
    UNSEEN,
    (found) => `\\u{${found.codePointAt(0).toString(16).padStart(4, "0")}}`,
  );

/** What is shown of a text, and a sentence where that is not all of it. */
export function shown(value, most = LONGEST) {
  const text = String(value);
  let part = text.length > most ? text.slice(0, most) : text;
  const end = nth(part, "\n", LINES);
  if (end >= 0) part = part.slice(0, end);
  return {
    text: visible(part),
    note:
      part.length < text.length
        ? `Cut here: the text has ${count(text.length)} characters, and the ` +
          `first ${count(part.length)} are shown.`
        : "",
  };
}

function nth(text, part, number) {
  let at = -1;
  for (let found = 0; found < number; found += 1) {
    at = text.indexOf(part, at + 1);
    if (at < 0) break;
  }
  return at;
}

export const count = (number) => number.toLocaleString("en-US");
