import { CronJob } from 'cron';

export default {
  prepare: () => undefined,
  register(_, { cron, timeZone, run }) {
    new CronJob(cron, () => run(), null, true, timeZone);
  },
};
