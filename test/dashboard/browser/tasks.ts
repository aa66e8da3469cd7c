import { Injectable } from '@nestjs/common';
import { Cron, Every, Manual, Retry, type TaskContext } from 'nestjs-sts';

/** Tasks of all kinds: they succeed, fail, are retried, wait, and go on until they are cancelled. */
@Injectable()
export class ShopTasks {
  @Cron('30 2 * * *', { timeZone: 'Europe/Paris', group: 'reports' })
  nightlyReport() {}

  @Cron('30 2 * * *', { timeZone: 'Europe/Paris', group: 'reports' })
  nightlyBackup() {}

  @Every('1s')
  heartbeat({ logger }: TaskContext) {
    logger.log('still alive');
  }

  @Manual()
  @Retry(2, { delay: '50ms' })
  importPrices({ attempt, logger }: TaskContext) {
    logger.warn(`attempt ${attempt} found <b>no prices</b>`);
    throw new Error('<script>alert("prices")</script>');
  }

  @Manual()
  async reindex({ signal, progress, logger }: TaskContext) {
    logger.log('begins');
    progress(0.4, 'four of ten');
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  }

  @Every('6h', { enabled: false, group: 'reports' })
  oldReport() {}
}
