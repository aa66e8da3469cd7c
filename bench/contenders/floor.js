/** The least that can be: one timer that calls all functions each second. */
export default {
  prepare() {
    const functions = [];
    let dueAt = Math.ceil(Date.now() / 1000) * 1000;
    const tick = () => {
      // Node's timers may be a millisecond early.
      if (Date.now() >= dueAt) {
        for (const run of functions) run(dueAt);
        dueAt += 1000;
      }
      setTimeout(tick, dueAt - Date.now());
    };
    setTimeout(tick, dueAt - Date.now());
    return functions;
  },
  register(functions, { run }) {
    functions.push(run);
  },
};
