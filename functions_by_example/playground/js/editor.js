/* The editors: CodeMirror, one view for the files of an app, one for the
   event. */
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import {
  defaultKeymap,
  history,
  historyKeymap,
  indentWithTab,
} from "@codemirror/commands";
import { json, jsonParseLinter } from "@codemirror/lang-json";
import { python } from "@codemirror/lang-python";
import {
  bracketMatching,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import {
  forceLinting,
  lintGutter,
  linter,
  lintKeymap,
  setDiagnostics,
} from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import {
  EditorView,
  highlightActiveLine,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";

import { style } from "./colour.js";
import { visible } from "./text.js";

const theme = EditorView.theme({
  "&": { color: "var(--ink)", fontSize: "0.64rem" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": {
    fontFamily: "var(--md-code-font-family)",
    lineHeight: "1.6",
  },
  ".cm-content": { padding: "0.5rem 0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 0.7rem 0 0.4rem" },
  ".cm-gutters": {
    border: "none",
    background: "var(--paper)",
    color: "var(--ink-soft)",
  },
  ".cm-lineNumbers .cm-gutterElement": {
    minWidth: "1.5rem",
    padding: "0 0.2rem 0 0.3rem",
  },
  ".cm-gutter-lint": { width: "0.9rem" },
  ".cm-gutter-lint .cm-gutterElement": { padding: "0.15rem 0 0 0.2rem" },
  ".cm-activeLine": { background: "none" },
  // A shape for each severity, in the colours of the page.
  ".cm-lint-marker": {
    boxSizing: "border-box",
    width: "0.45rem",
    height: "0.45rem",
    margin: "0.25rem 0 0 0.1rem",
    border: "2px solid var(--bad)",
  },
  ".cm-lint-marker-error": {
    content: "none",
    borderRadius: "50%",
    background: "var(--bad)",
  },
  ".cm-lint-marker-warning": { content: "none", borderColor: "var(--warn)" },
  ".cm-lintRange": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--bad) 1px",
    textUnderlineOffset: "0.2em",
  },
  ".cm-lintRange-warning": { textDecorationColor: "var(--warn)" },
  ".cm-diagnostic": { fontSize: "0.65rem" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--bad)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--warn)" },
  "&.cm-focused .cm-activeLine": { background: "var(--paper-tint)" },
  "&.cm-focused .cm-matchingBracket": {
    background: "var(--accent-tint)",
    outline: "1px solid var(--accent)",
  },
  ".cm-specialChar": { color: "var(--bad)" },
  ".cm-tooltip": {
    maxWidth: "min(24rem, 80vw)",
    border: "1px solid var(--line)",
    borderRadius: "0.3rem",
    background: "var(--paper)",
    color: "var(--ink)",
    fontFamily: "var(--md-text-font-family)",
    overflowWrap: "anywhere",
    whiteSpace: "pre-wrap",
  },
});

const common = [
  history(),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  highlightActiveLine(),
  // The same that are written as escapes elsewhere.
  highlightSpecialChars({
    addSpecialChars: /[\u180e\u202a-\u202e\u2060-\u206f]/g,
    render: (code, description, placeholder) => {
      const mark = document.createElement("span");
      mark.textContent =
        code < 32 ? placeholder : visible(String.fromCodePoint(code));
      mark.title = description ?? "";
      mark.className = "cm-specialChar";
      return mark;
    },
  }),
  syntaxHighlighting(style),
  EditorState.tabSize.of(4),
  theme,
];

const languages = {
  py: [python(), indentUnit.of("    ")],
  json: [json(), indentUnit.of("  ")],
};

const languageOf = (file) => languages[file.split(".").at(-1)] ?? [];

/** What both editors have in common, and what is asked of them. */
function extensions({ nonce, label, help, onsend }) {
  return [
    ...common,
    allowed(nonce),
    EditorView.contentAttributes.of({
      "aria-label": label,
      "aria-describedby": help,
      tabindex: "0",
      // What a phone's keyboard does to prose.
      autocapitalize: "off",
      autocorrect: "off",
      spellcheck: "false",
    }),
    keymap.of([
      { key: "Mod-Enter", run: () => (onsend(), true) },
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...historyKeymap,
      ...lintKeymap,
      indentWithTab,
    ]),
  ];
}

/* From the beginning with the nonce: the first state brings styles too. */
const viewIn = (parent, nonce) =>
  new EditorView({ parent, extensions: allowed(nonce) });

const allowed = (nonce) => (nonce ? EditorView.cspNonce.of(nonce) : []);

/** The editor of the files. `onchange(name, text)` is called at each change.
    Each file keeps its own history and selection. */
export function filesEditor(parent, { nonce, help, onchange, onsend }) {
  const states = new Map();
  let file = "";
  let problems = [];
  const view = viewIn(parent, nonce);

  const stateOf = (name, text) =>
    EditorState.create({
      doc: text,
      extensions: [
        languageOf(name),
        lintGutter(),
        lineNumbers(),
        EditorView.updateListener.of(
          (update) =>
            update.docChanged && onchange(file, update.state.doc.toString()),
        ),
        extensions({ nonce, label: `${name}, the code`, help, onsend }),
      ],
    });

  const mark = () => {
    const { doc } = view.state;
    const found = problems
      .filter((problem) => problem.file === file && problem.line)
      .map((problem) => {
        const line = doc.line(Math.min(Math.max(problem.line, 1), doc.lines));
        const indent = line.text.length - line.text.trimStart().length;
        return {
          from: Math.min(line.from + indent, line.to),
          to: line.to,
          severity: problem.severity === "warning" ? "warning" : "error",
          message: visible(`${problem.message}\n${problem.remedy}`.trim()),
        };
      });
    view.dispatch(setDiagnostics(view.state, found));
  };

  return {
    /** Take other files in place of all. */
    reset: () => states.clear(),
    /** Show a file. */
    open(name, text) {
      if (file) states.set(file, view.state);
      const state = states.get(name);
      file = name;
      view.setState(
        state?.doc.toString() === text ? state : stateOf(name, text),
      );
      mark();
    },
    forget: (name) => {
      states.delete(name);
      if (file === name) file = "";
    },
    /** Mark the lines of problems. */
    mark(found) {
      problems = found;
      mark();
    },
    /** Go to a line of the file that is shown. */
    go(number) {
      const { doc } = view.state;
      const line = doc.line(Math.min(Math.max(number, 1), doc.lines));
      view.dispatch({ selection: { anchor: line.from }, scrollIntoView: true });
      view.focus();
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}

/** The editor of the event. */
export function eventEditor(parent, { nonce, help, onchange, onsend }) {
  const view = viewIn(parent, nonce);
  const stateOf = (text) =>
    EditorState.create({
      doc: text,
      extensions: [
        languages.json,
        linter(jsonParseLinter(), { delay: 300 }),
        lintGutter(),
        EditorView.lineWrapping,
        EditorView.updateListener.of(
          (update) =>
            update.docChanged && onchange(update.state.doc.toString()),
        ),
        extensions({ nonce, label: "The event, as JSON", help, onsend }),
      ],
    });
  return {
    set: (text) => view.setState(stateOf(text)),
    check: () => forceLinting(view),
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}
