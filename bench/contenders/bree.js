/** Each run is a thread of its own, so that this one is for a single task. */
import Bree from 'bree';

export default {
  prepare: () => new Bree({ root: false, logger: false, hasSeconds: true }),
  register(bree, { name, cron, timeZone, run }) {
    bree.config.workerMessageHandler = () => run();
    const path = new URL('bree.thread.js', import.meta.url).pathname;
    void bree.add({ name, path, cron, timezone: timeZone ?? 'UTC' }).then(() => bree.start(name));
  },
};
