import { Cron } from 'croner';
import { EVERY_SECOND, measure } from './measure.js';

await measure({
  prepare: () => [],
  register(jobs, index, fire) {
    jobs.push(new Cron(EVERY_SECOND, () => fire(index)));
  },
});
