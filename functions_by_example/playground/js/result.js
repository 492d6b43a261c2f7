/* What came back, as lines; and where they are not those that are recorded. */
import { diffArrays } from "diff";

import { jsonLines } from "./colour.js";
import { h } from "./dom.js";
import { compact, shown } from "./text.js";

/** Texts with more lines than this are told to differ, not compared. */
const MOST_COMPARED = 400;
const LONGEST_COLOURED = 20_000;

/** The parts of a result, as functions_by_example/site/markup.py has them: each a label and a
    text. `kinds` are the types of the bindings by their names, `phrases` what
    HTTP calls each status. */
export function parts(result, kinds, phrases) {
  const found = [];
  const returned = result.return;
  if (returned?.http)
    found.push(["HTTP response", http(returned.http, phrases)]);
  else if (returned) found.push(["Return value", value(returned)]);
  for (const [name, output] of Object.entries(result.outputs ?? {})) {
    const kind = kinds[name] ? ` (${kinds[name]})` : "";
    found.push([`Output ${name}${kind}`, value(output)]);
  }
  const { error } = result;
  if (error) {
    const place = error.file ? `\n${error.file}, line ${error.line}` : "";
    found.push(["Error", `${error.type}: ${error.message}${place}`]);
  }
  return found;
}

/** The log as a text, a record a line. */
export const logged = (log) =>
  (log ?? [])
    .map((line) =>
      typeof line === "string" ? line : `${line.level} ${line.message}`,
    )
    .join("\n");

function http(answer, phrases) {
  const status = answer.status ?? 200;
  const lines = [`${status} ${phrases[status] ?? ""}`.trim()];
  for (const [name, text] of Object.entries(answer.headers ?? {}))
    lines.push(`${name}: ${text}`);
  if (answer.cookies) lines.push(compact(answer.cookies));
  if (answer.body != null) lines.push("", value({ json: answer.body }));
  return lines.join("\n");
}

function value(message) {
  if (!message) return "None";
  const [content] = Object.values(message);
  return typeof content === "string" ? content : compact(content);
}

/** Show a result in an element; whether it is the recorded one (undefined
    where there is nothing to compare it with). */
export function showResult(where, result, recorded, kinds, phrases) {
  const now = parts(result, kinds, phrases);
  const before = recorded && parts(recorded, kinds, phrases);
  const labels = new Set([...now, ...(before ?? [])].map(([label]) => label));
  let same = true;
  const blocks = [];
  for (const label of labels) {
    const text = now.find(([name]) => name === label)?.[1];
    const old = before?.find(([name]) => name === label)?.[1];
    const { element, equal } = block(label, text, before ? (old ?? "") : text);
    same &&= equal;
    blocks.push(...element);
  }
  if (!blocks.length)
    blocks.push(
      h(
        "p",
        { class: "none" },
        "Nothing came back: no return value, no output.",
      ),
    );
  where.replaceChildren(...blocks);
  return before ? same : undefined;
}

/** Show the log in an element; whether it is the recorded one. */
export function showLog(where, text, recorded) {
  if (!text && !recorded) {
    where.replaceChildren(h("p", { class: "none" }, "Nothing was logged."));
    return true;
  }
  const { element, equal } = block("Log", text, recorded ?? text);
  where.replaceChildren(...element);
  return equal;
}

/** Show what the engine notes of an answer, such as that it was cut. */
export const showNotes = (where, notes) =>
  where.append(...notes.map((note) => h("p", { class: "note" }, note)));

/** Show what was printed, which is not recorded, below the log. */
export const showPrinted = (where, text) =>
  where.append(...block("Printed", text, text).element);

function block(label, text, recorded) {
  const equal = text === recorded;
  const now = shown(text ?? "");
  const lines = equal ? plain(now.text, label) : compared(text ?? "", recorded);
  const mark = equal ? null : h("span", { class: "differs" }, "differs");
  const kind = label === "Error" ? " error" : "";
  const element = [
    h("p", { class: `file${kind}` }, shown(label).text, " ", mark),
    h(
      "div",
      { class: `highlight${kind}` },
      h("pre", {}, h("code", {}, ...lines)),
    ),
  ];
  if (now.note) element.push(h("p", { class: "note" }, now.note));
  return { element, equal };
}

function plain(text, label) {
  if (label === "Log") return joined(text.split("\n").map(logLine));
  const json = /^[{[]/.test(text) && text.length <= LONGEST_COLOURED;
  return json ? joined(jsonLines(text)) : [text];
}

function logLine(line) {
  const match = /^(DEBUG|INFO|WARNING|ERROR|CRITICAL) /.exec(line);
  if (!match) return [line];
  const [head, level] = match;
  const name = `log-${level.toLowerCase()}`;
  return [h("span", { class: name }, level), line.slice(head.length - 1)];
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

/** Show function.json of the functions; lines that are not the sample's own
    are marked. */
export function showFunctions(where, functions, original) {
  const text = functions.length ? written(functions) : "";
  if (!text) {
    where.replaceChildren();
    return;
  }
  const now = shown(text);
  const lines =
    text.length <= LONGEST_COLOURED
      ? jsonLines(now.text)
      : now.text.split("\n").map((line) => [line]);
  const fresh = original ? added(now.text, written(original)) : new Set();
  const marked = lines.map((line, number) =>
    fresh.has(number) ? [h("mark", { class: "changed" }, ...line)] : line,
  );
  where.replaceChildren(...joined(marked));
}

/** As the page's own function.json tab: one function stands for itself. */
export function written(functions) {
  const described = functions.map(({ name, bindings, retry }) => ({
    name,
    bindings,
    ...(retry ? { retry } : {}),
  }));
  return compact(described.length === 1 ? described[0] : described);
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
