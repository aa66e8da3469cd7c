import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Every, Retry, type TaskContext } from 'nestjs-sts';

@Injectable()
export class OrderTasks {
  @Every('2s', { overlap: 'bufferOne' })
  async ship({ signal, logger, progress }: TaskContext) {
    for (const step of [1, 2, 3]) {
      await sleep(300, undefined, { signal });
      progress(step / 3, `${step} of 3`);
    }
    logger.log('3 orders are on their way');
  }

  @Every('5s')
  @Retry(2, { delay: '500ms' })
  invoice({ attempt }: TaskContext) {
    if (attempt < 3) throw new Error('the printer is out of paper');
  }
}
