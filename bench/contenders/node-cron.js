import { schedule } from 'node-cron';

export default {
  prepare: () => undefined,
  register(_, { name, cron, timeZone, run }) {
    schedule(cron, () => run(), { name, timezone: timeZone });
  },
};
