/* What the engine says, shown: of an app, of an event, of itself. */
import { later } from "./later.js";
import { eventText, original, same } from "./original.js";
import {
  showFunctions,
  showNotes,
  showParts,
  showPrinted,
} from "./result.js";

const QUICK = 150; // milliseconds; what takes no longer is not "running"
const SPEAKING = 700; // and until a screen reader is told
const MOST_PROBLEMS = 30;

/** `at` is the work in hand; `started` says whether Python has started. */
export function answers(at, { view, files, started }) {
  const slow = later(QUICK, () => view.state("running"));
  const speaking = later(SPEAKING, (text) => view.announce(text));

  function tellProblems(found) {
    const shown = found.slice(0, MOST_PROBLEMS).map((problem) => ({
      ...problem,
      remedy: problem.remedy ?? problem.hint ?? "",
    }));
    const rest = found.length - shown.length;
    view.problems(shown, rest ? `and ${rest} more` : "");
    files.mark(shown);
  }

  function status(text) {
    slow.cancel();
    if (text === "running") slow.soon();
    else view.state(text);
    if (text === "failed" && started())
      view.notice(
        "failed",
        "Python has ended and does not start again. Your code is kept.",
        [["Reload the page", () => location.reload()]],
        "bad",
      );
  }

  function indexed({ functions, problems, text, printed }) {
    const begins = !at.sample.id && same(at.state, original(at.sample));
    tellProblems(begins ? [] : problems);
    const errors = problems.filter((p) => p.severity !== "warning").length;
    view.functionsNote(
      functions.length
        ? ""
        : begins
          ? "There is no function yet. Write one, and it stands here."
          : "No function is loaded.",
    );
    showFunctions(view.functions, text, at.sample.recorded?.functions);
    if (printed) showPrinted(view.log, printed);
    const said = [
      begins ? "" : many(errors, "error"),
      many(problems.length - errors, "warning"),
      many(functions.length, "function"),
    ];
    const first = problems.length && !begins ? `. ${problems[0].message}` : "";
    speaking.soon(`${said.filter(Boolean).join(", ")}${first}`);
  }

  function sent(answer) {
    const { parts, refused, error, explanation } = answer;
    const { name, text } = at.state.event;
    view.result.replaceChildren();
    view.log.replaceChildren();
    if (refused) {
      view.eventProblem(refused.message);
      view.verdict("bad", "The event does not fit the function.");
      view.announce(refused.message);
      return;
    }
    if (!answer.text) {
      showParts(view.result, parts);
      view.verdict("bad", "The app does not load.", explanation ?? "");
      view.announce(`The app does not load. ${error?.message ?? ""}`);
      return;
    }
    const events = at.sample.recorded?.events ?? {};
    const recorded = Object.hasOwn(events, name) ? events[name] : undefined;
    const equal = [
      [view.result, isResult, "Nothing came back: no return value, no output."],
      [view.log, isLog, "Nothing was logged."],
    ].map(([where, wanted, none]) =>
      showParts(where, parts.filter(wanted), recorded?.filter(wanted), none),
    );
    if (answer.printed) showPrinted(view.log, answer.printed);
    showNotes(view.log, answer.notes ?? []);
    const took = `It took ${(answer.seconds * 1000).toFixed(1)} ms.`;
    const own = text !== eventText(at.sample, name);
    const differs = own
      ? "Differs from the recorded result; so does the event from the sample's."
      : "Differs from the recorded result.";
    const said = !recorded
      ? ["", "There is no recorded result to compare it with."]
      : equal.every(Boolean)
        ? ["good", "Same as the recorded result."]
        : ["odd", differs];
    view.verdict(said[0], said[1], `${explanation ?? ""} ${took}`);
    view.announce(`${spoken(parts)}. ${said[1]}`);
  }

  /** Nothing is known of this app yet. */
  function blank() {
    tellProblems([]);
    view.functions.replaceChildren();
    view.functionsNote("It stands here once the app is loaded.");
  }

  function stopped(kind) {
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
  }

  /** The engine has not answered, with this error. */
  function refused(kind, error) {
    const message = String(error?.message ?? error);
    if (kind === "send") view.verdict("bad", message);
    else tellProblems([{ severity: "error", message, remedy: "" }]);
    view.announce(message);
  }

  return { status, indexed, sent, stopped, refused, blank };
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
