/* The only thing that a page loads before Run is pressed.

   The button says the rest: `data-engine`, `data-ui` and `data-style` are what
   to load, `data-root` is where the site begins, `data-open` means at once. An
   address that holds shared code opens the editor too, but runs nothing. */
const run = document.querySelector("[data-testid=run]:not([disabled])");
const isShared = () => location.hash.startsWith("#code=");

let opened;
let tries = 0;

const address = (name) => new URL(run.dataset[name], document.baseURI);

/* A browser may remember that a module failed: ask for it anew. */
const load = (name) => import(address(name) + (tries ? `?${tries}` : ""));

/* Python, and who is told how it is; nobody at first. It takes longest, and
   begins first. */
async function python(starts) {
  const { Engine } = await load("engine");
  const told = { status() {}, progress() {} };
  const engine = new Engine({
    assets: new URL("./", address("engine")),
    service: new URL("service.js", address("root")),
    onstatus: (status) => told.status(status),
    onprogress: (progress) => told.progress(progress),
  });
  if (starts) engine.start().catch(() => {});
  return { engine, told };
}

async function editor(starts) {
  const started = python(starts);
  try {
    const [{ open }, known] = await Promise.all([load("ui"), started]);
    return await open(run, known);
  } catch (error) {
    started.then(
      ({ engine }) => engine.dispose(),
      () => {},
    );
    throw error;
  }
}

function say(text) {
  document.querySelector(".playground-failed")?.remove();
  if (!text) return;
  const note = document.createElement("p");
  note.className = "playground-failed";
  note.setAttribute("role", "alert");
  note.textContent = text;
  run.closest(".actions").after(note);
}

async function open(pressed) {
  const starts = !isShared() && (pressed || "open" in run.dataset);
  run.setAttribute("aria-busy", "true");
  try {
    const page = await (opened ??= editor(starts));
    say("");
    return page;
  } catch (error) {
    console.warn(error);
    opened = undefined;
    tries += 1;
    say("The editor could not be loaded. Press Run to try again.");
  } finally {
    run.removeAttribute("aria-busy");
  }
}

if (run) {
  run.addEventListener("click", async () => (await open(true))?.run());
  if (isShared() || "open" in run.dataset) open();
  addEventListener("hashchange", () => isShared() && !opened && open());
}
