import { Injectable } from '@nestjs/common';
import { Manual, TaskContext } from 'nestjs-sts';
import { SampleStore } from '../samples/sample.store.js';
import { summarize, type Summary } from '../samples/summary.js';
import { ReportRequest } from './report.request.js';

export interface Report extends Summary {
  readonly from: Date;
  readonly until: Date;
}

@Injectable()
export class ReportTasks {
  constructor(private readonly store: SampleStore) {}

  /** What it returns is the result in the run's outcome. */
  @Manual({ payload: ReportRequest, overlap: 'allowAll' })
  async build({ dueAt, payload, logger }: TaskContext<ReportRequest>): Promise<Report> {
    const from = dueAt - payload.minutes * 60_000;
    const samples = await this.store.between(from, dueAt);
    if (samples.length === 0) throw new Error(`There are no samples of the last ${payload.minutes} minutes.`);
    logger.log(`reported on ${samples.length} samples of the last ${payload.minutes} minutes`);
    return { from: new Date(from), until: new Date(dueAt), ...summarize(samples) };
  }
}
