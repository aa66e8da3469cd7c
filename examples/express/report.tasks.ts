import { Injectable } from '@nestjs/common';
import { Cron, Every, Manual, Retry, type TaskContext } from 'nestjs-sts';

@Injectable()
export class ReportTasks {
  @Every('1s')
  poll() {
    return 'polled';
  }

  @Cron('0 0 * * *', { timeZone: 'Europe/Paris' })
  @Retry(3, { delay: '1s' })
  nightly({ logger }: TaskContext) {
    logger.log('a line of the run');
  }

  @Manual()
  rebuild({ payload }: TaskContext<{ since: string }>) {
    return `rebuilt since ${payload.since}`;
  }
}
