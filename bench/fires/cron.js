import { CronJob } from 'cron';
import { EVERY_SECOND, measure } from './measure.js';

await measure({
  prepare: () => undefined,
  register(_, index, fire) {
    new CronJob(EVERY_SECOND, () => fire(index)).start();
  },
});
