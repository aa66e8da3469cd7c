/** Starts an app with as many providers as it is told, and tells what that took; loading the code is not in it. */
import { createRequire } from 'node:module';
import { given, tell } from '../apart.js';

const METHODS = 10;
const { contender, providers } = given();

/** The scheduler's module and its decorator; which Nest it finds. */
const CONTENDERS = {
  async 'nestjs-sts'() {
    const { Cron, StsModule } = await import('../../dist/index.js');
    return { Cron, imports: [StsModule.forRoot()], nest: '../../dist/' };
  },
  async 'nestjs-schedule'() {
    const { Cron, ScheduleModule } = await import('@nestjs/schedule');
    return { Cron, imports: [ScheduleModule.forRoot()], nest: import.meta.url };
  },
  floor: async () => ({ Cron: () => () => undefined, imports: [], nest: import.meta.url }),
};

const { Cron, imports, nest } = await CONTENDERS[contender]();
const { NestFactory } = createRequire(new URL(nest, import.meta.url))('@nestjs/core');

const [startedAt, usage] = [performance.now(), process.cpuUsage()];
const module = { module: class App {}, imports, providers: Array.from({ length: providers }, provider) };
await NestFactory.createApplicationContext(module, { logger: false });
const { user, system } = process.cpuUsage(usage);
await tell({ ms: performance.now() - startedAt, cpuMs: (user + system) / 1_000 });

/** What the compiler makes of a class whose first method is decorated. */
function provider(_, i) {
  const tasks = { [`Tasks${i}`]: class {} }[`Tasks${i}`];
  for (let m = 0; m < METHODS; m++) tasks.prototype[`method${m}`] = function () {};
  const first = Object.getOwnPropertyDescriptor(tasks.prototype, 'method0');
  Cron(`${i % 60} ${i % 24} * * *`)(tasks.prototype, 'method0', first);
  return tasks;
}
