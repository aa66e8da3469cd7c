import { Cron } from 'croner';

export default {
  prepare: () => [],
  register(jobs, { cron, timeZone, run }) {
    jobs.push(new Cron(cron, { timezone: timeZone }, () => run()));
  },
};
