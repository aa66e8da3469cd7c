import { CronJob } from 'cron';

export default {
  prepare: () => undefined,
  register(_, { cron, timeZone, run }) {
    CronJob.from({ cronTime: cron, onTick: () => run(), start: true, timeZone });
  },
};
