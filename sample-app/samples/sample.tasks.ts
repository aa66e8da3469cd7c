import { Injectable } from '@nestjs/common';
import { Cron, Every, TaskContext } from 'nestjs-sts';
import { DATA_DIR } from '../settings.js';
import { takeSample } from './sample.js';
import { SampleStore } from './sample.store.js';
import { summarize } from './summary.js';

const MINUTE_MS = 60_000;

@Injectable()
export class SampleTasks {
  constructor(private readonly store: SampleStore) {}

  @Every('2s')
  async sample({ dueAt, logger }: TaskContext): Promise<void> {
    const sample = await takeSample(dueAt, DATA_DIR);
    await this.store.add(sample);
    logger.log(`load ${sample.load}, memory ${sample.memory} %, disk ${sample.disk} %`);
  }

  /** Five seconds into each minute: by then the last sample of the minute before is in the file. */
  @Cron('5 * * * * *')
  async rollUp({ dueAt, logger }: TaskContext): Promise<void> {
    // From dueAt, not from the clock: however late it runs, it means the same minute.
    const until = dueAt - (dueAt % MINUTE_MS);
    const from = until - MINUTE_MS;
    const samples = await this.store.between(from, until);
    if (samples.length === 0) return logger.log('no samples in the last minute');
    await this.store.addRollUp(from, summarize(samples));
    logger.log(`rolled up ${samples.length} samples of ${new Date(from).toISOString()}`);
  }
}
