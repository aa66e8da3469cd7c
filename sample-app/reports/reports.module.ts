import { Module } from '@nestjs/common';
import { SamplesModule } from '../samples/samples.module.js';
import { ReportTasks } from './report.tasks.js';
import { ReportsController } from './reports.controller.js';

@Module({ imports: [SamplesModule], controllers: [ReportsController], providers: [ReportTasks] })
export class ReportsModule {}
