import { Injectable } from '@nestjs/common';
import { Every, TaskContext } from 'nestjs-sts';
import { WorkerTask } from 'nestjs-sts/worker';
import { SampleStore } from '../samples/sample.store.js';

const HOUR_MS = 3_600_000;

/** Computes for about a second, in a thread of its own: the samples, each two seconds, are still on time. */
@Injectable()
@Every('20s', { timeout: '15s' })
export class ForecastLoad extends WorkerTask {
  constructor(private readonly store: SampleStore) {
    super({ filename: new URL('./forecast.worker.js', import.meta.url) });
  }

  /** What the thread gets: it has no part in the app, and no store. */
  protected override async payload({ dueAt }: TaskContext): Promise<readonly number[]> {
    const samples = await this.store.between(dueAt - HOUR_MS, dueAt);
    return samples.map(({ load }) => load);
  }
}
