import { Module } from '@nestjs/common';
import { PruneSamples } from './prune-samples.task.js';
import { SampleStore } from './sample.store.js';
import { SampleTasks } from './sample.tasks.js';

@Module({
  providers: [SampleStore, SampleTasks, PruneSamples],
  exports: [SampleStore],
})
export class SamplesModule {}
