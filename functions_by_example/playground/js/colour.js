/* Colours: those of the site's own code, for what is shown and what is
   edited. */
import { jsonLanguage } from "@codemirror/lang-json";
import { HighlightStyle } from "@codemirror/language";
import { highlightCode, tagHighlighter, tags } from "@lezer/highlight";

// The classes are those that functions_by_example/site/markup.py gives the same kinds.
const CLASSES = [
  { tag: tags.comment, class: "c" },
  { tag: [tags.keyword, tags.bool, tags.null, tags.self], class: "k" },
  { tag: tags.number, class: "m" },
  { tag: tags.string, class: "s" },
  { tag: tags.meta, class: "nd" },
  { tag: [tags.definition(tags.className), tags.propertyName], class: "nt" },
  { tag: tags.function(tags.definition(tags.variableName)), class: "nf" },
];
const VARIABLES = {
  c: "comment",
  k: "keyword",
  m: "number",
  s: "string",
  nd: "function",
  nt: "function",
  nf: "function",
};

/** For the editor. */
export const style = HighlightStyle.define(
  CLASSES.filter(({ class: name }) => name !== "nt")
    .concat([{ tag: tags.definition(tags.className), class: "nt" }])
    .map(({ tag, class: name }) => ({
      tag,
      color: `var(--md-code-hl-${VARIABLES[name]}-color)`,
    })),
);

const highlighter = tagHighlighter(CLASSES);

/** JSON as elements, one array of nodes a line. */
export function jsonLines(text) {
  const lines = [[]];
  highlightCode(
    text,
    jsonLanguage.parser.parse(text),
    highlighter,
    (part, name) => {
      const span = document.createElement("span");
      if (name) span.className = name;
      span.textContent = part;
      lines.at(-1).push(span);
    },
    () => lines.push([]),
  );
  return lines;
}
