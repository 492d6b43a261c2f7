/* A task that waits for a pause. */

/** The task is done once, `wait` milliseconds after it was last asked for. */
export function later(wait, task) {
  let timer;
  const cancel = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  return {
    soon(...given) {
      cancel();
      timer = setTimeout(() => {
        timer = undefined;
        task(...given);
      }, wait);
    },
    now() {
      cancel();
      task();
    },
    cancel,
    get waiting() {
      return timer !== undefined;
    },
  };
}
