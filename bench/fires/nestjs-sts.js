import { createRequire } from 'node:module';
import { StsModule, TaskScheduler } from '../../dist/index.js';
import { EVERY_SECOND, measure } from './measure.js';

// The Nest that dist/ finds: from a second copy the module would get tokens that are not its own.
const { NestFactory } = createRequire(new URL('../../dist/', import.meta.url))('@nestjs/core');

await measure({
  async prepare() {
    const app = await NestFactory.createApplicationContext({
      module: class App {},
      imports: [StsModule.forRoot()],
    });
    return app.get(TaskScheduler);
  },
  register(scheduler, index, fire) {
    scheduler.addTask(
      { name: `task-${index}`, run: ({ dueAt }) => fire(index, dueAt) },
      { cron: EVERY_SECOND },
    );
  },
});
