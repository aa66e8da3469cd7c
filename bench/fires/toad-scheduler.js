import { CronJob, Task, ToadScheduler } from 'toad-scheduler';
import { EVERY_SECOND, measure } from './measure.js';

await measure({
  prepare: () => new ToadScheduler(),
  register(scheduler, index, fire) {
    const task = new Task(`task-${index}`, () => fire(index));
    scheduler.addCronJob(new CronJob({ cronExpression: EVERY_SECOND }, task));
  },
});
