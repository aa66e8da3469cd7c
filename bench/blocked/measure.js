/** Lets one task block the event loop each second, and tells how late the others are beyond that, and who was named. */
import { setTimeout as sleep } from 'node:timers/promises';
import { given, tell } from '../apart.js';
import { contenderNamed, plannedTasks } from '../contenders/contender.js';

const BLOCK_MS = 200;

const { contender, tasks, seconds, warmUp } = given();
const { prepare, register } = await contenderNamed(contender);
const scheduler = await prepare({ eventLoopWarning: '100ms' });
let isCounting = false;
let blocks = 0;
let named = 0;
let blockedUntil = 0;
const beyond = [];

const planned = plannedTasks({ plan: 'everySecond', tasks }, index => (index === 0 ? block() : count()));
for (const task of planned) register(scheduler, task);
const [blocker] = planned;
// Only nestjs-sts says who it was.
scheduler?.registry?.events$.subscribe(event => {
  if (isCounting && event.type === 'eventLoopBlocked' && event.taskName === blocker.name) named++;
});

// The code gets warm, and in the middle of a second nothing is due.
await sleep(warmUp * 1_000 + 700 - (Date.now() % 1_000));
isCounting = true;
await sleep(seconds * 1_000);
isCounting = false;
const p99 = beyond.sort((a, b) => a - b)[Math.ceil(beyond.length * 0.99) - 1];
await tell({ blocks, named, beyond: p99 });

function block() {
  const until = performance.now() + BLOCK_MS;
  while (performance.now() < until);
  blockedUntil = Date.now();
  if (isCounting) blocks++;
}

/** Those that came before it are late for nothing but themselves. */
function count() {
  if (!isCounting) return;
  const now = Date.now();
  const dueAt = Math.floor(now / 1_000) * 1_000;
  beyond.push(now - Math.max(dueAt, blockedUntil));
}
