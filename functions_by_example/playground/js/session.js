/* One engine, asked for one thing at a time: of many edits the last one is
   indexed, and what is to be sent goes first. */

/** How long loading an app may take before a newer edit stops it. */
const PATIENCE = 2_000;

/** `show` has a function for each thing that happens: `indexing`, `indexed`,
    `sending`, `sent`, `stopped`, `refused`. */
export function session(engine, show) {
  let started = false;
  let working = ""; // what the engine does now: "index", "send" or nothing
  let edited; // files that are to be indexed
  let sending; // files and event that are to be sent
  let stopping;
  let overdue;
  let abandon;

  async function pump() {
    if (!started || working || stopping) return;
    if (sending) {
      const { files, event } = sending;
      sending = undefined;
      await work("send", () => engine.send(files, event), show.sent);
    } else if (edited) {
      const files = edited;
      edited = undefined;
      await work("index", () => engine.index(files), show.indexed);
    }
  }

  async function work(kind, ask, tell) {
    working = kind;
    show[kind === "send" ? "sending" : "indexing"]();
    try {
      const stopped = new Promise((_, reject) => (abandon = reject));
      tell(await Promise.race([ask(), stopped]));
    } catch (error) {
      if (stopping) show.stopped(kind);
      else show.refused(kind, error);
    } finally {
      clearTimeout(overdue);
      overdue = undefined;
      working = "";
    }
    pump();
  }

  async function halt() {
    if (!started || stopping) return;
    stopping = true;
    abandon?.(new Error("stopped"));
    try {
      await engine.stop();
    } finally {
      stopping = false;
      pump();
    }
  }

  return {
    /** Load the runtime; what was edited meanwhile is indexed then. */
    async start() {
      await engine.start();
      started = true;
      pump();
    },
    get started() {
      return started;
    },
    /** Index these files, soon. */
    edit(files) {
      edited = files;
      if (working === "index" && !overdue)
        overdue = setTimeout(() => edited && halt(), PATIENCE);
      pump();
    },
    /** Deliver an event. */
    send(files, event) {
      sending = { files, event };
      pump();
    },
    /** Stop whatever runs, and what waits to be sent. */
    stop() {
      if (started && sending) show.stopped("send"); // it had not begun
      sending = undefined;
      return halt();
    },
    dispose: () => engine.dispose(),
  };
}
