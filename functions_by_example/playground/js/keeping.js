/* Where the reader's work is kept, and the address that holds it. */
import { later } from "./later.js";
import { original, same } from "./original.js";
import * as sharing from "./share.js";
import { draft } from "./store.js";

const KEEPING = 300; // milliseconds after a change until it is kept

/** `at` is the work in hand. */
export function keeping(at, view) {
  const saving = later(KEEPING, keep);

  /** Take up the work on a sample: as the address has it, as the reader left
      it, or as the sample is. */
  async function load(told) {
    const fresh = original(at.sample);
    at.foreign = false;
    if (told.written) return loadShared(told.written, fresh);
    at.kept = [draft(at.sample.id)];
    const mine = at.kept[0].load();
    at.state = mine ?? fresh;
    if (mine) view.notice("kept", "This is your work from last time.");
  }

  async function loadShared(written, fresh) {
    const tab = draft(at.sample.id, await sharing.keyOf(location.hash));
    const mine = tab.load();
    at.kept = mine?.own ? [tab, draft(at.sample.id)] : [tab];
    at.foreign = !mine?.own;
    let outdated = false;
    try {
      const found = await sharing.applied(written, at.sample);
      at.state = mine ?? found.state;
      outdated = found.outdated;
    } catch (error) {
      if (!(error instanceof sharing.ShareError)) throw error;
      Object.assign(at, { state: fresh, foreign: false });
      at.kept = [draft(at.sample.id)];
      view.notice("shared", error.message, [], "bad");
      return;
    }
    const since = outdated
      ? " The sample has changed since this address was made."
      : "";
    if (at.foreign)
      view.notice(
        "shared",
        "This code came with the address. Read it first: it runs when you " +
          `press Run.${since}`,
      );
  }

  function keep() {
    saving.cancel();
    if (!at.kept) return;
    const [tab] = at.kept;
    const own = at.kept.length === 1 && !at.foreign;
    if (own && same(at.state, original(at.sample))) {
      tab.clear();
      return;
    }
    const worked = at.kept
      .map((place) => place.save({ ...at.state, own: !at.foreign }))
      .every(Boolean);
    view.notice(
      "unkept",
      worked
        ? ""
        : "This browser does not keep your work: a reload loses it. " +
            "Download keeps it.",
    );
  }

  async function share() {
    let hash;
    try {
      hash = await sharing.encode(at.state, at.sample);
    } catch (error) {
      if (!(error instanceof sharing.ShareError)) throw error;
      view.notice("share", error.message, [], "bad");
      return;
    }
    history.replaceState(history.state, "", hash);
    const tab = draft(at.sample.id, await sharing.keyOf(hash));
    at.kept = at.foreign ? [tab] : [tab, draft(at.sample.id)];
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

  return { load, keep, keepSoon: saving.soon, share };
}
