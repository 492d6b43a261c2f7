/* What a reader does with the files of the app: look at one, add, rename and
   delete one. */
import { ordered, unfit } from "./files.js";

/** `at` is the work in hand, `open` opens a file by its name, `changed` is told
    of each change. */
export function filing(at, { view, files, open, changed }) {
  const nameProblem = (name) => unfit(name, Object.keys(at.state.files));

  function go(file, line) {
    if (!Object.hasOwn(at.state.files, file)) return;
    open(file);
    if (line) files.go(line);
  }

  function add() {
    view.ask("Name of the new file", "blueprint.py", nameProblem, (name) => {
      at.state.files[name] = "";
      open(name);
      files.focus();
      changed();
    });
  }

  function rename() {
    const { file } = at.state;
    const others = Object.keys(at.state.files).filter((name) => name !== file);
    view.ask(
      `New name of ${file}`,
      file,
      (name) => unfit(name, others),
      (name) => {
        const { [file]: text, ...rest } = at.state.files;
        at.state.files = { ...rest, [name]: text };
        files.forget(file);
        open(name);
        view.focusTab();
        changed();
      },
    );
  }

  function remove() {
    const { file } = at.state;
    const { [file]: text, ...rest } = at.state.files;
    if (!Object.keys(rest).length)
      return view.notice("deleted", "An app has at least one file.");
    at.state.files = rest;
    files.forget(file);
    open(ordered(Object.keys(rest))[0]);
    view.focusTab();
    changed();
    const undo = () => {
      at.state.files = { ...at.state.files, [file]: text };
      open(file);
      view.focusTab();
      changed();
      view.notice("deleted");
    };
    view.notice("deleted", `${file} is deleted.`, [["Undo", undo]]);
  }

  return { go, add, rename, remove };
}
