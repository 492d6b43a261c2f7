/* What a reader does with a sample in the page, told to the server step by
   step: others.py puts this into the page. */
const part = (id) => document.querySelector(`[data-testid="${id}"]`);
const text = (id) => part(id)?.textContent ?? "";
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const SECONDS = 90;

async function until(holds) {
  for (let waited = 0; waited < SECONDS * 20; waited++) {
    if (await holds()) return;
    await sleep(50);
  }
  const seen = [text("status"), text("problems"), text("verdict")];
  throw new Error(`not within ${SECONDS} s: ${holds}; ${seen.join("; ")}`);
}

function write(code) {
  part("editor").querySelector(".cm-content").focus();
  document.execCommand("selectAll");
  document.execCommand("insertText", false, code);
}

async function kept() {
  const cache = await caches.open("functions-by-example-playground");
  const names = (await cache.keys()).map(({ url }) => url);
  return names.filter((name) => name.includes("compiled-")).length === 2;
}

const CODE = `import azure.functions as func
app = func.FunctionApp()
@app.queue_trigger(arg_name="message", queue_name="edited", connection="Tea")
def serve(message: func.QueueMessage) -> None: pass
`;
const STEPS = {
  async start() {
    part("run").click();
    await until(() => text("functions").includes('"receipts"'));
  },
  async "send an event"() {
    part("send").click();
    await until(() => text("verdict").includes("Same as the recorded result"));
  },
  async edit() {
    write(CODE);
    await until(() => text("functions").includes('"edited"'));
  },
  async "see an error"() {
    write(CODE.replace('queue_name="edited", ', ""));
    await until(() => text("problems").includes("'queue_name'"));
  },
  async "stop a loop"() {
    write("while True: pass\n");
    await until(() => text("status") === "running");
    part("stop").click();
    await until(() => text("status") === "ready");
  },
  async reset() {
    part("reset").click();
    await until(() => text("functions").includes('"receipts"'));
    await until(kept);
  },
  async "start again without a download"() {
    await STEPS["start"]();
    await STEPS["send an event"]();
  },
};

const next = Number(sessionStorage.getItem("next") ?? 0);
const names = Object.keys(STEPS);
for (const [number, name] of names.entries()) {
  if (number < next) continue;
  if (number === names.length - 1 && next === 0) {
    sessionStorage.setItem("next", number);
    location.reload();
    break;
  }
  const began = performance.now();
  const error = await STEPS[name]().then(() => "", String);
  const seconds = (performance.now() - began) / 1000;
  const body = JSON.stringify({ name, seconds, error });
  await fetch("/told", { method: "POST", body });
}
