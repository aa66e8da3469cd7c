import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

/** What every contender is given. */
export const EVERY_SECOND = '* * * * * *';

/** Node's timers may be this early; such a fire belongs to the second that is about to begin. */
const EARLY_MS = 5;
/** A fire that comes this long after the window counts as lost. */
const LATEST_MS = 1_000;
/** Seconds between the end of the registration and the window: at least two, in which the code gets warm. */
const WARM_UP = 2;

/**
 * A scheduler under measurement.
 *
 * @template Scheduler
 * @typedef {object} Contender
 * @property {() => Scheduler | Promise<Scheduler>} prepare all that comes before the first task; not measured.
 * @property {(scheduler: Scheduler, index: number, fire: Fire) => void} register adds one task that is due at each
 * second and calls `fire(index)`.
 */

/**
 * A task's handler. A scheduler that knows which instant it serves passes it on as `dueAt` (epoch ms); for all
 * others it is the second in which the call came, which is kind to those that are more than a second late.
 *
 * @typedef {(index: number, dueAt?: number) => void} Fire
 */

/**
 * @typedef {object} Measured
 * @property {number} expected due instants in the window.
 * @property {number} delivered of these, how many fired.
 * @property {number} lost of these, how many did not.
 * @property {number} extra fires for an instant that had fired already.
 * @property {number} p50 of the lateness (when the handler was called, less the due instant), in ms.
 * @property {number} p99
 * @property {number} max
 * @property {number} cpuPerFire µs of the process over the window, idle work and measuring included.
 * @property {number} registrationMs for all tasks.
 * @property {number} heapPerTask bytes after the registration, before the first fire.
 */

/**
 * Measures a contender in this process, which then ends: the result goes to the parent, or to stdout without one.
 *
 * @template Scheduler
 * @param {Contender<Scheduler>} contender
 */
export async function measure({ prepare, register }) {
  const { tasks, seconds } = size();
  const window = new Window(tasks, seconds);
  const scheduler = await prepare();

  const heapBefore = heapUsed();
  const before = performance.now();
  for (let index = 0; index < tasks; index++) register(scheduler, index, window.fire);
  const registrationMs = performance.now() - before;
  const heapPerTask = (heapUsed() - heapBefore) / tasks;

  const cpuPerFire = await window.pass();
  const result = { ...window.result(), cpuPerFire, registrationMs, heapPerTask };
  if (process.send === undefined) console.log(JSON.stringify(result));
  else await new Promise(resolve => process.send(result, resolve));
  process.exit();
}

/** The seconds in which fires count, from one second's boundary to another's. */
class Window {
  #tasks;
  #seconds;
  #from = Infinity;
  #calls = 0;
  #delivered = 0;
  #extra = 0;
  /** For each second and task, whether it fired. */
  #hasFired;
  #lateness;

  constructor(tasks, seconds) {
    this.#tasks = tasks;
    this.#seconds = seconds;
    this.#hasFired = new Uint8Array(tasks * seconds);
    this.#lateness = new Float64Array(tasks * seconds);
  }

  /** @type {Fire} */
  fire = (index, dueAt) => {
    const now = Date.now();
    this.#calls++;
    const due = dueAt ?? Math.floor((now + EARLY_MS) / 1000) * 1000;
    const second = (due - this.#from) / 1000;
    if (second < 0 || second >= this.#seconds) return;
    const slot = second * this.#tasks + index;
    if (this.#hasFired[slot] === 1) {
      this.#extra++;
      return;
    }
    this.#hasFired[slot] = 1;
    this.#lateness[this.#delivered++] = Math.max(now - due, 0);
  };

  /**
   * Waits for the window to begin and to end. The CPU is read half a second before the boundaries, where a
   * scheduler that keeps up is idle; one that does not reads late, so the calls between the two readings count.
   *
   * @returns µs for each fire.
   */
  async pass() {
    this.#from = (Math.ceil(Date.now() / 1000) + WARM_UP) * 1000;
    const until = this.#from + this.#seconds * 1000;
    await sleepUntil(this.#from - 500);
    const [cpu, calls] = [process.cpuUsage(), this.#calls];
    await sleepUntil(until - 500);
    const { user, system } = process.cpuUsage(cpu);
    const cpuPerFire = (user + system) / (this.#calls - calls);
    while (this.#delivered < this.#hasFired.length && Date.now() < until + LATEST_MS) await sleep(50);
    return cpuPerFire;
  }

  result() {
    const lateness = this.#lateness.subarray(0, this.#delivered).sort();
    const at = fraction => lateness[Math.ceil(fraction * lateness.length) - 1] ?? NaN;
    const expected = this.#tasks * this.#seconds;
    return {
      expected,
      delivered: this.#delivered,
      lost: expected - this.#delivered,
      extra: this.#extra,
      p50: at(0.5),
      p99: at(0.99),
      max: at(1),
    };
  }
}

function size() {
  const { values } = parseArgs({
    options: { tasks: { type: 'string', default: '10000' }, seconds: { type: 'string', default: '10' } },
  });
  return { tasks: Number(values.tasks), seconds: Number(values.seconds) };
}

/** In bytes, after a full collection; without `--expose-gc` nothing is known. */
function heapUsed() {
  globalThis.gc?.();
  return globalThis.gc === undefined ? NaN : process.memoryUsage().heapUsed;
}

async function sleepUntil(instant) {
  while (Date.now() < instant) await sleep(instant - Date.now());
}
