/* What the reader sees: the elements, and nothing of what they mean. */
import { button, h } from "./dom.js";
import { visible } from "./text.js";

const testid = (name) => ({ "data-testid": name });

/** The panel. `act` has a function for each thing that a reader can do;
    `choices` are the samples to start from; where there are none, `playground`
    is where to go for them. */
export function panel(act, choices, playground) {
  const status = h("span", testid("status"));
  const progress = h("progress", { "aria-label": "Downloaded", hidden: true });
  const tabs = h("div", {
    class: "tabs",
    role: "tablist",
    "aria-label": "Files",
    onkeydown: (event) => arrows(event, tabs),
  });
  const naming = h("div", { class: "naming" });
  const help = h(
    "p",
    { class: "help", id: "playground-help" },
    "Tab indents. To leave the editor, press Escape, then Tab. ",
    "Ctrl or Cmd and Enter sends the event.",
  );
  const editor = h("div", {
    ...testid("editor"),
    role: "tabpanel",
    id: "playground-editor",
    class: "code-editor",
  });
  const problems = h("ol", testid("problems"));
  const functions = h("code", testid("functions"));
  const events = h("select", {
    ...testid("event"),
    onchange: () => act.choose(events.value),
  });
  const eventEditor = h("div", {
    ...testid("event-editor"),
    class: "code-editor",
  });
  const eventProblem = h("p", { class: "event-problem", hidden: true });
  const send = button("Send", act.send, {
    ...testid("send"),
    class: "primary",
    disabled: true,
  });
  const stop = button("Stop", act.stop, { ...testid("stop"), disabled: true });
  const verdict = h("p", { ...testid("verdict"), class: "verdict" });
  const result = h("div", testid("result"));
  const log = h("div", testid("log"));
  const starts = h(
    "select",
    { ...testid("start"), onchange: () => act.start(starts.value) },
    ...grouped(choices ?? []),
  );
  const notices = h("div", { class: "notices", "aria-live": "polite" });
  const announcer = h("p", { class: "unseen", role: "status" });

  const about = new URL("#what-runs", playground);
  about.search = "";
  const label = (text, ...more) => h("p", { class: "file" }, text, ...more);
  const pre = (code) =>
    h(
      "div",
      { class: "highlight" },
      h("pre", { tabindex: "0", "aria-label": "function.json" }, code),
    );
  const functionsBlock = pre(functions);
  const functionsNote = h("p", { class: "none", hidden: true });
  const element = h(
    "section",
    { class: "playground", "aria-label": "Playground", tabindex: "-1" },
    notices,
    choices
      ? h("label", { class: "choice start" }, "Start from", starts)
      : null,
    h(
      "div",
      { class: "bar" },
      tabs,
      h("p", { class: "state", "data-state": "" }, status, progress),
    ),
    h(
      "div",
      { class: "pair code-pair" },
      h(
        "div",
        { class: "side" },
        editor,
        choices
          ? h(
              "div",
              { class: "row" },
              button("Add a file", act.add, testid("add")),
              button("Rename", act.rename, testid("rename")),
              button("Delete", act.remove, testid("delete")),
            )
          : null,
        naming,
        help,
      ),
      h(
        "div",
        { class: "side" },
        problems,
        label("function.json"),
        functionsBlock,
        functionsNote,
      ),
    ),
    h(
      "div",
      { class: "pair" },
      h(
        "div",
        { class: "side" },
        h("label", { class: "choice" }, "What arrives", events),
        eventEditor,
        eventProblem,
        h("div", { class: "row" }, send, stop),
      ),
      h(
        "div",
        { class: "side" },
        h("p", { class: "choice" }, "What comes back"),
        verdict,
        result,
        log,
      ),
    ),
    h(
      "div",
      { class: "row foot" },
      button("Reset", act.reset, testid("reset")),
      button("Share", act.share, testid("share")),
      button("Download", act.download, testid("download")),
      choices
        ? null
        : h("a", { href: playground, class: "small" }, "Add files"),
      h(
        "span",
        { class: "small told" },
        "Your code stays in this browser. ",
        choices ? null : h("a", { href: about }, "What runs here"),
      ),
    ),
    announcer,
  );

  return {
    element,
    editor,
    eventEditor,
    help: help.id,
    functions,
    result,
    log,

    /** The engine's status; while it loads, how much has come. */
    state(text, { loaded, total } = {}) {
      status.textContent = text;
      status.parentElement.dataset.state = text;
      const loading = text === "loading" && total > 0;
      progress.hidden = !loading;
      if (loading) {
        const told = `${megabytes(loaded)} of ${megabytes(total)} MB`;
        Object.assign(progress, { max: total, value: loaded, title: told });
      }
      send.disabled = !["ready", "running"].includes(text);
      stop.disabled = text !== "running";
    },

    /** The files' tabs, and which of them is open. */
    tabs(names, open) {
      const focused = tabs.contains(document.activeElement);
      tabs.replaceChildren(
        ...names.map((name) =>
          button(visible(name), () => act.open(name), {
            role: "tab",
            "aria-selected": String(name === open),
            "aria-controls": editor.id,
            tabindex: name === open ? "0" : "-1",
            "data-file": name,
          }),
        ),
      );
      editor.setAttribute("aria-label", visible(open));
      const chosen = tabs.querySelector("[aria-selected=true]");
      if (focused) chosen?.focus();
      else if (chosen) tabs.scrollLeft = chosen.offsetLeft - tabs.offsetLeft;
    },

    /** What can be chosen to arrive: names and captions. */
    events(choices, chosen) {
      events.replaceChildren(
        ...choices.map(([name, caption]) =>
          h("option", { value: name, selected: name === chosen }, caption),
        ),
      );
    },

    eventProblem(text) {
      eventProblem.textContent = visible(text);
      eventProblem.hidden = !text;
    },

    /** The problems of the app, each a place and what to do. */
    problems(found, more) {
      problems.replaceChildren(
        ...found.map((problem) =>
          h(
            "li",
            { class: problem.severity },
            h(
              "p",
              { class: "where" },
              h("b", {}, problem.severity),
              " ",
              place(problem, act),
            ),
            h("p", { class: "what" }, visible(problem.message)),
            h("p", { class: "remedy" }, visible(problem.remedy)),
          ),
        ),
        ...(more ? [h("li", {}, more)] : []),
      );
    },

    /** A sentence in place of function.json, or nothing. */
    functionsNote(text) {
      functionsBlock.hidden = Boolean(text);
      functionsNote.hidden = !text;
      functionsNote.textContent = text;
    },

    /** What is to be said of the result, and what besides. */
    verdict(kind, text, more = "") {
      verdict.className = `verdict ${kind}`;
      const rest = more.trim() && h("span", {}, visible(` ${more.trim()}`));
      verdict.replaceChildren(visible(text), rest || "");
    },

    /** Which sample the reader started from. */
    starts(id) {
      starts.value = id;
    },

    /** Something to read above the editor; a notice of one name replaces the
        one before, and no text takes it away. */
    notice(name, text, actions = [], kind = "") {
      const old = notices.querySelector(`[data-notice="${name}"]`);
      if (!text) {
        old?.remove();
        return undefined;
      }
      const made = h(
        "div",
        { class: `notice ${kind}`, "data-notice": name },
        h("p", {}, visible(text)),
        ...actions.map(([caption, onclick]) => button(caption, onclick)),
      );
      if (old) old.replaceWith(made);
      else notices.append(made);
      return made;
    },

    /** Ask for a name; `check` says why one does not fit. */
    ask(caption, value, check, done) {
      const problem = h("p", { class: "event-problem", role: "alert" });
      const field = h("input", {
        value,
        "aria-label": caption,
        autocapitalize: "off",
        autocomplete: "off",
        spellcheck: "false",
        "data-testid": "name",
      });
      const close = (focus) => {
        naming.replaceChildren();
        focus?.focus();
      };
      const before = document.activeElement;
      naming.replaceChildren(
        h(
          "form",
          {
            class: "row",
            onsubmit: (event) => {
              event.preventDefault();
              const why = check(field.value);
              problem.textContent = why;
              if (why) return field.focus();
              close();
              done(field.value);
            },
            onkeydown: (event) => event.key === "Escape" && close(before),
          },
          h("span", { class: "small" }, caption),
          field,
          h("button", {}, "OK"),
          button("Cancel", () => close(before)),
        ),
        problem,
      );
      field.focus();
      field.select();
    },

    /** Say something to those who do not see it. */
    announce(text) {
      const said = visible(text.slice(0, 300));
      if (said !== announcer.textContent) announcer.textContent = said;
    },

    focusTab: () => tabs.querySelector("[aria-selected=true]")?.focus(),
  };
}

/** Options, those of one group together. */
function grouped(choices) {
  const groups = new Map();
  for (const { id, title, group } of choices) {
    const option = h("option", { value: id }, title);
    groups.set(group, [...(groups.get(group) ?? []), option]);
  }
  return [...groups].flatMap(([label, options]) =>
    label ? [h("optgroup", { label }, ...options)] : options,
  );
}

const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

function place({ file, line }, act) {
  if (!file) return "";
  const text = visible(line ? `${file}, line ${line}` : file);
  return button(text, () => act.go(file, line), { class: "link" });
}

/** Arrow keys go from tab to tab. */
function arrows(event, tabs) {
  const all = [...tabs.children];
  const at = all.indexOf(document.activeElement);
  const to = {
    ArrowRight: (at + 1) % all.length,
    ArrowLeft: (at - 1 + all.length) % all.length,
    Home: 0,
    End: all.length - 1,
  }[event.key];
  if (to === undefined || at < 0) return;
  event.preventDefault();
  all[to].click();
}
