import { NestFactory } from '@nestjs/core';
import { ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { CronJob } from 'cron';

export default {
  async prepare() {
    const app = await NestFactory.createApplicationContext({
      module: class App {},
      imports: [ScheduleModule.forRoot()],
    });
    return app.get(SchedulerRegistry);
  },
  register(registry, { name, cron, timeZone, run }) {
    const job = new CronJob(cron, () => run(), null, false, timeZone);
    registry.addCronJob(name, job);
    job.start();
  },
};
