/* What came back, in the parts that functions_by_example/protocol/came_back.py
   makes of it; and where they are not those that are recorded. */
import { diffArrays } from "diff";

import { jsonLines } from "./colour.js";
import { h } from "./dom.js";
import { shown, visible } from "./text.js";

/** Texts with more lines than this are told to differ, not compared. */
const MOST_COMPARED = 400;
const LONGEST_COLOURED = 20_000;
const LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"];

/** Show these parts in an element; whether they are the recorded ones, if there
    are any. `none` is said where there is nothing to show. */
export function showParts(where, parts, recorded, none) {
  const now = new Map(parts.map((part) => [title(part), part]));
  const before = recorded && new Map(recorded.map((p) => [title(p), p]));
  let same = true;
  const blocks = [];
  for (const name of new Set([...now.keys(), ...(before?.keys() ?? [])])) {
    const part = now.get(name) ?? { ...before.get(name), pieces: [] };
    const old = before ? before.get(name) : part;
    const { element, equal } = block(name, part, old ? textOf(old) : "");
    same &&= equal;
    blocks.push(...element);
  }
  if (!blocks.length) blocks.push(h("p", { class: "none" }, none));
  where.replaceChildren(...blocks);
  return same;
}

/** Show what the engine notes of an answer, such as that it was cut. */
export const showNotes = (where, notes) =>
  where.append(...notes.map((note) => h("p", { class: "note" }, note)));

/** Show what was printed, which is not recorded, below the log. */
export const showPrinted = (where, text) =>
  where.append(
    ...block("Printed", { pieces: [["text", text]] }, text).element,
  );

const title = ({ label, name, type }) =>
  [label, name, type && `(${type})`].filter(Boolean).join(" ");

const textOf = ({ pieces }) => pieces.map(([, text]) => text).join("");

function block(name, part, recorded) {
  const text = textOf(part);
  const equal = text === recorded;
  const now = shown(text);
  const lines = !equal
    ? compared(text, recorded)
    : now.note
      ? [now.text]
      : part.pieces.flatMap(coloured);
  const mark = equal ? null : h("span", { class: "differs" }, "differs");
  const kind = part.kind === "error" ? " error" : "";
  const code =
    part.kind === "nothing" && equal
      ? h("p", { class: "none" }, ...lines)
      : h(
          "div",
          { class: `highlight${kind}` },
          h("pre", {}, h("code", {}, ...lines)),
        );
  const element = [
    h("p", { class: `file${kind}` }, shown(name).text, " ", mark),
    code,
  ];
  if (now.note) element.push(h("p", { class: "note" }, now.note));
  return { element, equal };
}

/** A piece of a part as nodes. */
function coloured([style, piece]) {
  const text = visible(String(piece));
  if (style === "status") return [h("b", {}, text)];
  if (style === "name") return [h("span", { class: "nt" }, text)];
  if (style === "level" && LEVELS.includes(text))
    return [h("span", { class: `log-${text.toLowerCase()}` }, text)];
  if (style === "json" && text.length <= LONGEST_COLOURED)
    return joined(jsonLines(text));
  return [text];
}

const joined = (lines) =>
  lines.flatMap((line, number) => (number ? ["\n", ...line] : line));

/** Each line with a sign before it: `+` is new, `−` was recorded. */
function compared(text, recorded) {
  const now = shown(text).text.split("\n");
  const before = shown(recorded).text.split("\n");
  if (Math.max(now.length, before.length) > MOST_COMPARED)
    return [shown(text).text];
  const lines = [];
  const changes = diffArrays(recorded ? before : [], text ? now : []);
  for (const { added, removed, value: found } of changes)
    for (const line of found) {
      if (added) lines.push(h("ins", {}, `+ ${line}`));
      else if (removed) lines.push(h("del", {}, `− ${line}`));
      else lines.push(h("span", {}, `  ${line}`));
    }
  return joined(lines.map((line) => [line]));
}

/** Show function.json; lines that are not the sample's own are marked. */
export function showFunctions(where, text, original) {
  if (!text) {
    where.replaceChildren();
    return;
  }
  const now = shown(text);
  const lines =
    text.length <= LONGEST_COLOURED
      ? jsonLines(now.text)
      : now.text.split("\n").map((line) => [line]);
  const fresh = original ? added(now.text, original) : new Set();
  const marked = lines.map((line, number) =>
    fresh.has(number) ? [h("mark", { class: "changed" }, ...line)] : line,
  );
  where.replaceChildren(...joined(marked));
}

function added(text, original) {
  const numbers = new Set();
  let number = 0;
  const lines = [original, text].map((each) => each.split("\n"));
  if (Math.max(...lines.map((each) => each.length)) > MOST_COMPARED)
    return numbers;
  for (const change of diffArrays(...lines)) {
    if (change.removed) continue;
    for (let each = 0; each < change.value.length; each += 1) {
      if (change.added) numbers.add(number);
      number += 1;
    }
  }
  return numbers;
}
