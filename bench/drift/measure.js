/** Tells by how much each fire of an interval is late, against the grid of instants that its scheduler means. */
import { createRequire } from 'node:module';
import { given, tell } from '../apart.js';

const { contender, everyMs, fires } = given();
const lateness = [];
let firstDueAt;

/** Each calls `fire` again and again. */
const CONTENDERS = {
  async 'nestjs-sts'() {
    const { Every, StsModule } = await import('../../dist/index.js');
    await startApp('../../dist/', StsModule.forRoot(), Every(everyMs));
  },
  async 'nestjs-schedule'() {
    const { Interval, ScheduleModule } = await import('@nestjs/schedule');
    await startApp(import.meta.url, ScheduleModule.forRoot(), Interval(everyMs));
  },
  async 'toad-scheduler'() {
    const { SimpleIntervalJob, Task, ToadScheduler } = await import('toad-scheduler');
    const job = new SimpleIntervalJob({ milliseconds: everyMs }, new Task('task', () => fire()));
    new ToadScheduler().addSimpleIntervalJob(job);
  },
  floor: async () => void setInterval(() => fire(), everyMs),
};

await CONTENDERS[contender]();

async function startApp(nest, imported, decorate) {
  const { NestFactory } = createRequire(new URL(nest, import.meta.url))('@nestjs/core');
  class Tasks {
    run(context) {
      fire(context?.dueAt);
    }
  }
  decorate(Tasks.prototype, 'run', Object.getOwnPropertyDescriptor(Tasks.prototype, 'run'));
  const module = { module: class App {}, imports: [imported], providers: [Tasks] };
  await NestFactory.createApplicationContext(module, { logger: false });
}

/** The grid begins at the first fire, or where the scheduler says that it was due. */
function fire(dueAt) {
  const now = Date.now();
  firstDueAt ??= dueAt ?? now;
  lateness.push(now - firstDueAt - lateness.length * everyMs);
  if (lateness.length === fires) void tell({ lateness });
}
