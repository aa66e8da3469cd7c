import { CronJob, Task, ToadScheduler } from 'toad-scheduler';

export default {
  prepare: () => new ToadScheduler(),
  register(scheduler, { name, cron, timeZone, run }) {
    scheduler.addCronJob(
      new CronJob({ cronExpression: cron, timezone: timeZone }, new Task(name, () => run())),
    );
  },
};
