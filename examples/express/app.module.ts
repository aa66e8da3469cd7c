import { Module } from '@nestjs/common';
import { StsModule } from 'nestjs-sts';
import { ReportController } from './report.controller.js';
import { ReportTasks } from './report.tasks.js';

@Module({ imports: [StsModule.forRoot()], controllers: [ReportController], providers: [ReportTasks] })
export class AppModule {}
