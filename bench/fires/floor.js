/** The least that can be: one timer that calls all functions each second. */
import { measure } from './measure.js';

await measure({
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
  register(functions, index, fire) {
    functions.push(dueAt => fire(index, dueAt));
  },
});
