/* The editor of a sample: what the reader does, and what becomes of it. */
import { answers } from "./answers.js";
import { save, zipped } from "./download.js";
import { eventEditor, filesEditor } from "./editor.js";
import { json, nonce, styled } from "./fetched.js";
import { ordered } from "./files.js";
import { filing } from "./filing.js";
import { keeping } from "./keeping.js";
import { later } from "./later.js";
import { eventText, original, OWN } from "./original.js";
import { panel } from "./panel.js";
import { session } from "./session.js";
import * as sharing from "./share.js";

const TYPING = 20; // milliseconds after a key until the app is indexed

/** Open the editor below the row of a Run button; its `dataset` says where
    everything is. `python` is the engine, and `told`, who hears of it. Rejects
    where the sample or the styles cannot be loaded. */
export async function open(button, python) {
  const { style, root, sample, samples } = button.dataset;
  const site = new URL(root, document.baseURI);
  const shared = await fromAddress();
  const start =
    shared.written?.of ?? new URL(location).searchParams.get("from");
  const choices = samples && (await json(new URL(samples, document.baseURI)));
  const [loaded] = await Promise.all([
    choices
      ? json(addressOf(choices, start, site))
      : json(new URL(sample, document.baseURI)),
    styled(new URL(style, document.baseURI)),
  ]);
  return page({ button, site, choices, sample: loaded, shared, python });
}

/** What the address holds: `written` as it is packed, or an `error`. */
async function fromAddress() {
  if (!sharing.isShared(location.hash)) return {};
  try {
    return { written: await sharing.decode(location.hash) };
  } catch (error) {
    if (!(error instanceof sharing.ShareError)) throw error;
    return { error: error.message };
  }
}

function addressOf(choices, id, site) {
  const found = choices.find((choice) => choice.id === id) ?? choices[0];
  return new URL(found.data, site);
}

async function page({ button, site, choices, sample, shared, python }) {
  // The work in hand: the sample, what the reader has made of it, where that
  // is kept, and whether the code came with the address.
  const at = { sample, state: undefined, kept: undefined, foreign: false };
  let begun = false;

  const act = {
    open: (name) => openFile(name),
    start: startFrom,
    choose: chooseEvent,
    send,
    stop: () => runs.stop(),
    reset,
    share: () => kept.share(),
    download: () =>
      save(
        `${at.sample.name}.zip`,
        zipped(at.sample.name, at.state.files),
        "application/zip",
      ),
    go: (file, line) => filed.go(file, line),
    add: () => filed.add(),
    rename: () => filed.rename(),
    remove: () => filed.remove(),
  };

  const playground = new URL("playground/", site);
  playground.search = `?from=${at.sample.id}`;
  const view = panel(act, choices, playground);
  const common = { nonce: nonce(), help: view.help, onsend: send };
  const files = filesEditor(view.editor, {
    ...common,
    onchange(name, text) {
      at.state.files[name] = text;
      changed();
    },
  });
  const event = eventEditor(view.eventEditor, {
    ...common,
    onchange(text) {
      at.state.event.text = text;
      view.eventProblem("");
      kept.keepSoon();
    },
  });

  const kept = keeping(at, view);
  const says = answers(at, { view, files, started: () => runs.started });
  const runs = session(python.engine, {
    ...says,
    indexing() {},
    sending: () => view.state("running"),
  });
  const filed = filing(at, { view, files, open: openFile, changed });
  const indexing = later(TYPING, index);

  // --- What is shown -------------------------------------------------------

  /** Show a sample: as the reader left it, as the address has it, or as it
      is. */
  async function show(told = {}) {
    for (const name of ["kept", "deleted", "reset", "share", "start"])
      view.notice(name);
    view.notice("shared", told.error, [], "bad");
    await kept.load(told);
    files.reset();
    says.blank();
    render();
  }

  function render() {
    if (!Object.hasOwn(at.state.files, at.state.file ?? "")) {
      const [first] = ordered(Object.keys(at.state.files));
      at.state.file = first;
    }
    openFile(at.state.file);
    const choices = Object.entries(at.sample.events).map(([name, content]) => [
      name,
      JSON.parse(content).about ?? name,
    ]);
    const known = choices.some(([name]) => name === at.state.event.name);
    if (!known) {
      at.state.event.name = OWN;
      choices.push([OWN, "Your own event"]);
    }
    view.events(choices, at.state.event.name);
    event.set(at.state.event.text);
    view.eventProblem("");
    view.verdict("", "Nothing has been sent yet.");
    view.result.replaceChildren();
    view.log.replaceChildren();
  }

  function openFile(name) {
    at.state.file = name;
    view.tabs(ordered(Object.keys(at.state.files)), name);
    files.open(name, at.state.files[name]);
    kept.keepSoon();
  }

  async function startFrom(id) {
    kept.keep();
    const next = await json(addressOf(choices, id, site)).catch(() => null);
    if (!next)
      return view.notice("start", "The sample could not be loaded.", [], "bad");
    at.sample = next;
    const address = new URL(location);
    address.hash = "";
    address.search = id ? `?from=${id}` : "";
    history.replaceState(history.state, "", address);
    await show();
    runs.edit({ ...at.state.files });
  }

  // --- What the reader does ------------------------------------------------

  function changed() {
    kept.keepSoon();
    indexing.soon();
  }

  function index() {
    runs.edit({ ...at.state.files });
  }

  function chooseEvent(name) {
    at.state.event = { name, text: eventText(at.sample, name) };
    event.set(at.state.event.text);
    view.eventProblem("");
    kept.keepSoon();
  }

  function send() {
    if (!runs.started) return;
    try {
      JSON.parse(at.state.event.text);
    } catch (error) {
      const text = `The event is not JSON: ${error.message}`;
      view.eventProblem(text);
      view.announce(text);
      event.check();
      return;
    }
    view.eventProblem("");
    view.verdict("", "Running…");
    view.result.replaceChildren();
    view.log.replaceChildren();
    view.state("running");
    runs.send({ ...at.state.files }, at.state.event.text);
    if (indexing.waiting) indexing.now(); // after it
  }

  async function reset() {
    const before = structuredClone(at.state);
    const file = at.state.file;
    view.notice("deleted");
    at.state = original(at.sample);
    if (Object.hasOwn(at.state.files, file)) at.state.file = file;
    files.reset();
    render();
    changed();
    view.notice("reset", "The sample is back as it was.", [
      [
        "Undo",
        () => {
          at.state = before;
          files.reset();
          render();
          changed();
          view.notice("reset");
        },
      ],
    ]);
  }

  // --- Starting ------------------------------------------------------------

  async function start() {
    view.notice("failed");
    try {
      await runs.start();
      runs.edit({ ...at.state.files });
    } catch (error) {
      view.state("failed");
      begun = false;
      button.classList.add("run");
      view.notice(
        "failed",
        `Python could not be loaded: ${error.message} Your code is kept.`,
        [["Retry", begin]],
        "bad",
      );
    }
  }

  await show(shared);
  view.starts(at.sample.id);
  view.state(python.engine.status ?? "");
  python.told.status = says.status;
  python.told.progress = (progress) => view.state("loading", progress);
  button.closest(".actions").after(view.element);
  if ("open" in button.dataset && !at.foreign) begin();
  addEventListener("pagehide", kept.keep);
  addEventListener("hashchange", () => {
    if (!sharing.isShared(location.hash)) return;
    kept.keep();
    location.reload();
  });
  return {
    run() {
      const { top } = view.element.getBoundingClientRect();
      if (top < 0 || top > innerHeight / 2) view.element.scrollIntoView();
      view.element.focus({ preventScroll: true });
      begin();
    },
  };

  /** What Run does: once, and again after a failure. */
  function begin() {
    if (begun) return;
    begun = true;
    button.classList.remove("run");
    view.notice("shared");
    start();
  }
}
