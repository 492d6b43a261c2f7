/* The editor of a sample: what the reader does, and what becomes of it. */
import { save, zipped } from "./download.js";
import { eventEditor, filesEditor } from "./editor.js";
import { json, nonce, styled } from "./fetched.js";
import { ordered, unfit } from "./files.js";
import { eventText, original, OWN, same } from "./original.js";
import { panel } from "./panel.js";
import {
  showFunctions,
  showNotes,
  showParts,
  showPrinted,
} from "./result.js";
import { session } from "./session.js";
import * as sharing from "./share.js";
import { draft } from "./store.js";

const TYPING = 20; // milliseconds after a key until the app is indexed
const KEEPING = 300; // and until it is kept
const QUICK = 150; // what takes no longer is not said to be running
const SPEAKING = 700; // and until a screen reader is told
const MOST_PROBLEMS = 30;

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
  let state;
  let kept; // where the reader's work on it is kept
  let foreign = false; // whether the code came with the address
  let begun = false;
  let typing;
  let keeping;
  let slow;
  let speaking;

  const act = {
    open: (name) => openFile(name),
    start: startFrom,
    choose: chooseEvent,
    send,
    stop: () => runs.stop(),
    reset,
    share,
    download: () =>
      save(
        `${sample.name}.zip`,
        zipped(sample.name, state.files),
        "application/zip",
      ),
    go(file, line) {
      if (!Object.hasOwn(state.files, file)) return;
      openFile(file);
      if (line) files.go(line);
    },
    add: () =>
      view.ask("Name of the new file", "blueprint.py", nameProblem, (name) => {
        state.files[name] = "";
        openFile(name);
        files.focus();
        changed();
      }),
    rename: () => {
      const { file } = state;
      const others = Object.keys(state.files).filter((name) => name !== file);
      view.ask(
        `New name of ${file}`,
        file,
        (name) => unfit(name, others),
        (name) => {
          const { [file]: text, ...rest } = state.files;
          state.files = { ...rest, [name]: text };
          files.forget(file);
          openFile(name);
          view.focusTab();
          changed();
        },
      );
    },
    remove: () => {
      const { file } = state;
      const { [file]: text, ...rest } = state.files;
      if (!Object.keys(rest).length)
        return view.notice("deleted", "An app has at least one file.");
      state.files = rest;
      files.forget(file);
      openFile(ordered(Object.keys(rest))[0]);
      view.focusTab();
      changed();
      view.notice("deleted", `${file} is deleted.`, [
        [
          "Undo",
          () => {
            state.files = { ...state.files, [file]: text };
            openFile(file);
            view.focusTab();
            changed();
            view.notice("deleted");
          },
        ],
      ]);
    },
  };

  const playground = new URL("playground/", site);
  playground.search = `?from=${sample.id}`;
  const view = panel(act, choices, playground);
  const common = { nonce: nonce(), help: view.help, onsend: send };
  const files = filesEditor(view.editor, {
    ...common,
    onchange(name, text) {
      state.files[name] = text;
      changed();
    },
  });
  const event = eventEditor(view.eventEditor, {
    ...common,
    onchange(text) {
      state.event.text = text;
      view.eventProblem("");
      keepSoon();
    },
  });

  const runs = session(python.engine, {
    indexing() {},
    indexed,
    sending: () => view.state("running"),
    sent,
    stopped(kind) {
      if (kind === "send") view.verdict("", "Stopped.");
      if (kind === "index")
        tellProblems([
          {
            severity: "error",
            message: "Loading the app was stopped.",
            remedy: "Change the code, and it is loaded again.",
          },
        ]);
      view.announce("Stopped");
    },
    refused(kind, error) {
      const message = String(error?.message ?? error);
      if (kind === "send") view.verdict("bad", message);
      else tellProblems([{ severity: "error", message, remedy: "" }]);
      view.announce(message);
    },
  });

  // --- What is shown -------------------------------------------------------

  /** Show a sample: as the reader left it, as the address has it, or as it
      is. */
  async function show(told = {}) {
    const fresh = original(sample);
    foreign = false;
    for (const name of ["kept", "deleted", "reset", "share", "start"])
      view.notice(name);
    view.notice("shared", told.error, [], "bad");
    if (told.written) await showShared(told.written, fresh);
    else {
      kept = [draft(sample.id)];
      const mine = kept[0].load();
      state = mine ?? fresh;
      if (mine) view.notice("kept", "This is your work from last time.");
    }
    files.reset();
    blank();
    render();
  }

  /** Nothing is known of this app yet. */
  function blank() {
    tellProblems([]);
    view.functions.replaceChildren();
    view.functionsNote("It stands here once the app is loaded.");
  }

  async function showShared(written, fresh) {
    const tab = draft(sample.id, await sharing.keyOf(location.hash));
    const mine = tab.load();
    kept = mine?.own ? [tab, draft(sample.id)] : [tab];
    foreign = !mine?.own;
    let outdated = false;
    try {
      const found = await sharing.applied(written, sample);
      state = mine ?? found.state;
      outdated = found.outdated;
    } catch (error) {
      if (!(error instanceof sharing.ShareError)) throw error;
      [state, foreign, kept] = [fresh, false, [draft(sample.id)]];
      view.notice("shared", error.message, [], "bad");
      return;
    }
    const since = outdated
      ? " The sample has changed since this address was made."
      : "";
    if (foreign)
      view.notice(
        "shared",
        "This code came with the address. Read it first: it runs when you " +
          `press Run.${since}`,
      );
  }

  function render() {
    if (!Object.hasOwn(state.files, state.file ?? "")) {
      const [first] = ordered(Object.keys(state.files));
      state.file = first;
    }
    openFile(state.file);
    const choices = Object.entries(sample.events).map(([name, content]) => [
      name,
      JSON.parse(content).about ?? name,
    ]);
    const known = choices.some(([name]) => name === state.event.name);
    if (!known) {
      state.event.name = OWN;
      choices.push([OWN, "Your own event"]);
    }
    view.events(choices, state.event.name);
    event.set(state.event.text);
    view.eventProblem("");
    view.verdict("", "Nothing has been sent yet.");
    view.result.replaceChildren();
    view.log.replaceChildren();
  }

  function openFile(name) {
    state.file = name;
    view.tabs(ordered(Object.keys(state.files)), name);
    files.open(name, state.files[name]);
    keepSoon();
  }

  const nameProblem = (name) => unfit(name, Object.keys(state.files));

  function tellProblems(found) {
    const shown = found.slice(0, MOST_PROBLEMS).map((problem) => ({
      ...problem,
      remedy: problem.remedy ?? problem.hint ?? "",
    }));
    const rest = found.length - shown.length;
    view.problems(shown, rest ? `and ${rest} more` : "");
    files.mark(shown);
  }

  // --- What the engine says ------------------------------------------------

  function status(text) {
    clearTimeout(slow);
    if (text === "running")
      slow = setTimeout(() => view.state("running"), QUICK);
    else view.state(text);
    if (text === "failed" && runs.started)
      view.notice(
        "failed",
        "Python has ended and does not start again. Your code is kept.",
        [["Reload the page", () => location.reload()]],
        "bad",
      );
  }

  function indexed({ functions, problems, text, printed }) {
    const begins = !sample.id && same(state, original(sample));
    tellProblems(begins ? [] : problems);
    const errors = problems.filter((p) => p.severity !== "warning").length;
    view.functionsNote(
      functions.length
        ? ""
        : begins
          ? "There is no function yet. Write one, and it stands here."
          : "No function is loaded.",
    );
    showFunctions(view.functions, text, sample.recorded?.functions);
    if (printed) showPrinted(view.log, printed);
    const said = [
      begins ? "" : many(errors, "error"),
      many(problems.length - errors, "warning"),
      many(functions.length, "function"),
    ];
    const first = problems.length && !begins ? `. ${problems[0].message}` : "";
    clearTimeout(speaking);
    speaking = setTimeout(
      () => view.announce(`${said.filter(Boolean).join(", ")}${first}`),
      SPEAKING,
    );
  }

  function sent(answer) {
    const { text, parts, refused, error, explanation } = answer;
    view.result.replaceChildren();
    view.log.replaceChildren();
    if (refused) {
      view.eventProblem(refused.message);
      view.verdict("bad", "The event does not fit the function.");
      view.announce(refused.message);
      return;
    }
    if (!text) {
      showParts(view.result, parts);
      view.verdict("bad", "The app does not load.", explanation ?? "");
      view.announce(`The app does not load. ${error?.message ?? ""}`);
      return;
    }
    const events = sample.recorded?.events ?? {};
    const recorded = Object.hasOwn(events, state.event.name)
      ? events[state.event.name]
      : undefined;
    const same = [
      [view.result, isResult, "Nothing came back: no return value, no output."],
      [view.log, isLog, "Nothing was logged."],
    ].map(([where, wanted, none]) =>
      showParts(where, parts.filter(wanted), recorded?.filter(wanted), none),
    );
    if (answer.printed) showPrinted(view.log, answer.printed);
    showNotes(view.log, answer.notes ?? []);
    const took = `It took ${(answer.seconds * 1000).toFixed(1)} ms.`;
    const own = state.event.text !== eventText(sample, state.event.name);
    const differs = own
      ? "Differs from the recorded result; so does the event from the sample's."
      : "Differs from the recorded result.";
    const said = !recorded
      ? ["", "There is no recorded result to compare it with."]
      : same.every(Boolean)
        ? ["good", "Same as the recorded result."]
        : ["odd", differs];
    view.verdict(said[0], said[1], `${explanation ?? ""} ${took}`);
    view.announce(`${spoken(parts)}. ${said[1]}`);
  }

  async function startFrom(id) {
    keep();
    const next = await json(addressOf(choices, id, site)).catch(() => null);
    if (!next)
      return view.notice("start", "The sample could not be loaded.", [], "bad");
    sample = next;
    const address = new URL(location);
    address.hash = "";
    address.search = id ? `?from=${id}` : "";
    history.replaceState(history.state, "", address);
    await show();
    runs.edit({ ...state.files });
  }

  // --- What the reader does ------------------------------------------------

  function changed() {
    keepSoon();
    clearTimeout(typing);
    typing = setTimeout(index, TYPING);
  }

  function index() {
    clearTimeout(typing);
    typing = undefined;
    runs.edit({ ...state.files });
  }

  function keepSoon() {
    clearTimeout(keeping);
    keeping = setTimeout(keep, KEEPING);
  }

  function keep() {
    clearTimeout(keeping);
    if (!kept) return;
    const [tab] = kept;
    const untouched =
      kept.length === 1 && !foreign && same(state, original(sample));
    if (untouched) {
      tab.clear();
      return;
    }
    const worked = kept
      .map((place) => place.save({ ...state, own: !foreign }))
      .every(Boolean);
    view.notice(
      "unkept",
      worked
        ? ""
        : "This browser does not keep your work: a reload loses it. " +
            "Download keeps it.",
    );
  }

  function chooseEvent(name) {
    state.event = { name, text: eventText(sample, name) };
    event.set(state.event.text);
    view.eventProblem("");
    keepSoon();
  }

  function send() {
    if (!runs.started) return;
    try {
      JSON.parse(state.event.text);
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
    runs.send({ ...state.files }, state.event.text);
    if (typing) index(); // after it
  }

  async function reset() {
    const before = structuredClone(state);
    const file = state.file;
    view.notice("deleted");
    state = original(sample);
    if (Object.hasOwn(state.files, file)) state.file = file;
    files.reset();
    render();
    changed();
    view.notice("reset", "The sample is back as it was.", [
      [
        "Undo",
        () => {
          state = before;
          files.reset();
          render();
          changed();
          view.notice("reset");
        },
      ],
    ]);
  }

  async function share() {
    let hash;
    try {
      hash = await sharing.encode(state, sample);
    } catch (error) {
      if (!(error instanceof sharing.ShareError)) throw error;
      view.notice("share", error.message, [], "bad");
      return;
    }
    history.replaceState(history.state, "", hash);
    const tab = draft(sample.id, await sharing.keyOf(hash));
    kept = foreign ? [tab] : [tab, draft(sample.id)];
    keep();
    const copied = await navigator.clipboard?.writeText(location.href).then(
      () => true,
      () => false,
    );
    const text = copied
      ? "The address of this page holds your code now, and is copied."
      : "The address of this page holds your code now. Copy it.";
    view.notice("share", `${text} It is sent to no one.`);
  }

  // --- Starting ------------------------------------------------------------

  async function start() {
    view.notice("failed");
    try {
      await runs.start();
      runs.edit({ ...state.files });
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
  view.starts(sample.id);
  view.state(python.engine.status ?? "");
  python.told.status = status;
  python.told.progress = (progress) => view.state("loading", progress);
  button.closest(".actions").after(view.element);
  if ("open" in button.dataset && !foreign) begin();
  addEventListener("pagehide", keep);
  addEventListener("hashchange", () => {
    if (!sharing.isShared(location.hash)) return;
    keep();
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

const isLog = ({ kind }) => kind === "log";
const isResult = (part) => !isLog(part);

/** What a screen reader is told of what came back. */
function spoken(parts) {
  const first = (kind) => parts.find((part) => part.kind === kind)?.pieces[0];
  const [, error] = first("error") ?? [];
  if (error) return `Error: ${error}`;
  const [, status] = first("http") ?? [];
  return status ? `Status ${status}` : "The function ran";
}

const many = (number, what) => `${number} ${what}${number === 1 ? "" : "s"}`;
