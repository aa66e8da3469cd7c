import { NestFactory } from '@nestjs/core';
import { ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { CronJob } from 'cron';
import { EVERY_SECOND, measure } from './measure.js';

await measure({
  async prepare() {
    const app = await NestFactory.createApplicationContext({
      module: class App {},
      imports: [ScheduleModule.forRoot()],
    });
    return app.get(SchedulerRegistry);
  },
  register(registry, index, fire) {
    const job = new CronJob(EVERY_SECOND, () => fire(index));
    registry.addCronJob(`task-${index}`, job);
    job.start();
  },
});
