/** Counts the turns of the event loop, and the CPU, of a process whose tasks are due tomorrow. */
import { setTimeout as sleep } from 'node:timers/promises';
import { given, tell } from '../apart.js';
import { contenderNamed, plannedTasks } from '../contenders/contender.js';

const { contender, tasks, seconds, settleMs } = given();
const { prepare, register } = await contenderNamed(contender);
const scheduler = await prepare();
for (const task of plannedTasks({ plan: 'tomorrow', tasks }, () => undefined)) register(scheduler, task);

globalThis.gc();
await sleep(settleMs);
const [turns, usage] = [performance.nodeTiming.uvMetricsInfo.loopCount, process.cpuUsage()];
await sleep(seconds * 1_000);
const { user, system } = process.cpuUsage(usage);
// The turn in which this wait ends is not the scheduler's.
const wakeUps = performance.nodeTiming.uvMetricsInfo.loopCount - turns - 1;
await tell({ wakeUps, cpuMs: (user + system) / 1_000 });
