import { Module } from '@nestjs/common';
import { StsModule } from 'nestjs-sts';
import { AdminModule } from './admin/admin.module.js';
import { ForecastModule } from './forecast/forecast.module.js';
import { HealthModule } from './health/health.module.js';
import { ReportsModule } from './reports/reports.module.js';
import { SamplesModule } from './samples/samples.module.js';
import { TasksModule } from './tasks/tasks.module.js';

@Module({
  imports: [
    StsModule.forRoot(),
    SamplesModule,
    HealthModule,
    ReportsModule,
    ForecastModule,
    TasksModule,
    AdminModule,
  ],
})
export class AppModule {}
