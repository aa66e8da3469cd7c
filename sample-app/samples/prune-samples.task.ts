import { Injectable } from '@nestjs/common';
import { Every, Task, TaskContext } from 'nestjs-sts';
import { PORT } from '../settings.js';
import { SampleStore } from './sample.store.js';

const HOUR_MS = 3_600_000;

/** A task as a class of its own: its name is `PruneSamples`. A switch raises an alarm when it does not run. */
@Injectable()
@Every('1m', { heartbeat: { url: `http://127.0.0.1:${PORT}/checks/prune-samples` } })
export class PruneSamples extends Task {
  constructor(private readonly store: SampleStore) {
    super();
  }

  async run({ dueAt, logger }: TaskContext): Promise<void> {
    const dropped = await this.store.dropBefore(dueAt - HOUR_MS);
    logger.log(`samples older than an hour: ${dropped} dropped`);
  }
}
