import { createRequire } from 'node:module';
import { SchedulerRegistry, StsModule, TaskScheduler } from '../../dist/index.js';

// The Nest that dist/ finds: from a second copy the module would get tokens that are not its own.
const { NestFactory } = createRequire(new URL('../../dist/', import.meta.url))('@nestjs/core');

export default {
  async prepare(options) {
    const app = await NestFactory.createApplicationContext({
      module: class App {},
      imports: [StsModule.forRoot(options)],
    });
    return { tasks: app.get(TaskScheduler), registry: app.get(SchedulerRegistry) };
  },
  register({ tasks }, { name, cron, timeZone, run }) {
    tasks.addTask({ name, run: ({ dueAt }) => run(dueAt) }, { cron, timeZone });
  },
};
