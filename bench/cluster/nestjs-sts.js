/** The engine of nestjs-sts/bullmq, from the submission of a run to what is told of its end. */
import { bullmq } from '../../dist/bullmq/index.js';
import { UnsettledHandlers } from '../../dist/executor/unsettled.handlers.js';
import { COMMON_DRAWS } from '../../dist/policy/draws.js';
import { StopHooks } from '../../dist/task/stop.hooks.js';
import { TaskResolver } from '../../dist/task/task.resolver.js';
import { systemClock } from '../../dist/time/clock.js';
import { concurrency, measure, port, WAVE } from './measure.js';

const resolver = new TaskResolver({ layers: [], groups: new Map(), timeZone: undefined });
const tasks = new Map();
for (let i = 0; i < WAVE; i++) {
  const name = `task-${i}`;
  const declarations = [{ where: name, options: { every: '1s' } }];
  const raw = { name, place: name, owner: {}, handler: async () => undefined, declarations };
  tasks.set(name, resolver.resolve(raw));
}

let onEnd = () => {};
const { engine, store } = bullmq({ connection: `redis://127.0.0.1:${port}`, prefix: 'engine' }).create({
  clock: systemClock({ keepAlive: false }),
  draws: COMMON_DRAWS,
  stopHooks: new StopHooks(),
  unsettled: new UnsettledHandlers(),
  node: 'bench:1',
  limits: { process: concurrency, groups: new Map() },
  groupThresholds: new Map(),
  record: ({ type }) => (type === 'runFinished' || type === 'runSkipped') && onEnd(),
  onReturn: () => undefined,
  find: name => tasks.get(name),
  onTaken: () => undefined,
  onLost: () => undefined,
  onCall: () => undefined,
});
await engine.start();
const run = { kind: 'run' };

const now = Date.now();

await measure(async wave => {
  let left = WAVE;
  const all = new Promise(resolve => (onEnd = () => --left === 0 && resolve()));
  const dueAt = now + wave;
  for (const [name, task] of tasks) {
    const id = `${name}@${dueAt}`;
    engine.submit({ id, task, cause: 'schedule', dueAt, payload: undefined, verdict: run });
  }
  await all;
});
await engine.stop({ running: 'wait', timeoutMs: 25_000 });
await store.close();
