import { Module } from '@nestjs/common';
import { SamplesModule } from '../samples/samples.module.js';
import { ForecastLoad } from './forecast.task.js';

@Module({ imports: [SamplesModule], providers: [ForecastLoad] })
export class ForecastModule {}
