/** Lets tasks run on a manual clock, and tells the heap after so many runs each. */
import { createRequire } from 'node:module';
import { setImmediate as turn } from 'node:timers/promises';
import { STS_CLOCK, StsModule, TaskScheduler } from '../../dist/index.js';
import { ManualClock } from '../../dist/testing/index.js';
import { given, tell } from '../apart.js';

// What dist/ finds: a second copy of Nest would have tokens of its own.
const { Test } = createRequire(new URL('../../dist/', import.meta.url))('@nestjs/testing');
const TASKS = 100;

const clock = new ManualClock();
const builder = Test.createTestingModule({ imports: [StsModule.forRoot({ logLevel: 'ERROR' })] });
const app = await builder.overrideProvider(STS_CLOCK).useValue(clock).compile();
await app.init();
let runs = 0;
for (let i = 0; i < TASKS; i++) {
  app.get(TaskScheduler).addTask({ name: `task-${i}`, run: () => void runs++ }, { every: '1s' });
}

const heaps = [];
for (const until of String(given().runs).split(',').map(Number)) {
  while (runs < until) {
    clock.advance(clock.now() + 1_000);
    await turn();
  }
  globalThis.gc();
  heaps.push(process.memoryUsage().heapUsed);
}
await tell(heaps);
