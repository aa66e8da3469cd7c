/** Counts the fires of one contender in this process, and tells of them; `../fires.js` starts it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { given, tell } from '../apart.js';
import { contenderNamed, plannedTasks } from '../contenders/contender.js';

/** Node's timers may be this early; such a fire belongs to the second that is about to begin. */
const EARLY_MS = 5;
/** A fire that comes this long after the window counts as lost. */
const LATEST_MS = 1_000;

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

  /**
   * What each handler calls. Where the scheduler does not say which instant it serves (`dueAt`, epoch ms), it is the
   * second in which the call comes, which is kind to those that are more than a second late.
   */
  fire(index, dueAt) {
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
  }

  /**
   * Waits for the window to begin and to end. The CPU is read half a second before the boundaries, where a
   * scheduler that keeps up is idle; one that does not reads late, so the calls between the two readings count.
   *
   * @returns µs for each fire.
   */
  async pass() {
    this.#from = (Math.ceil(Date.now() / 1000) + warmUp) * 1000;
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

const { contender, plan, tasks, seconds, warmUp } = given();
const { prepare, register } = await contenderNamed(contender);
const window = new Window(tasks, seconds);
const planned = plannedTasks({ plan, tasks }, (index, dueAt) => window.fire(index, dueAt));
const scheduler = await prepare();

const heapBefore = heapUsed();
const before = performance.now();
for (const task of planned) register(scheduler, task);
const registrationMs = performance.now() - before;
const heapPerTask = (heapUsed() - heapBefore) / tasks;

const cpuPerFire = await window.pass();
await tell({ ...window.result(), cpuPerFire, registrationMs, heapPerTask });

/** In bytes, after a full collection; without `--expose-gc` nothing is known. */
function heapUsed() {
  globalThis.gc?.();
  return globalThis.gc === undefined ? NaN : process.memoryUsage().heapUsed;
}

async function sleepUntil(instant) {
  while (Date.now() < instant) await sleep(instant - Date.now());
}
