import { Module } from '@nestjs/common';
import { StsModule } from 'nestjs-sts';
import { AdminModule } from './admin/admin.module.js';
import { ForecastModule } from './forecast/forecast.module.js';
import { HealthModule } from './health/health.module.js';
import { ObservabilityModule } from './observability/observability.module.js';
import { reportFailure } from './observability/report.failure.js';
import { ReportsModule } from './reports/reports.module.js';
import { SamplesModule } from './samples/samples.module.js';
import { TasksModule } from './tasks/tasks.module.js';

@Module({
  imports: [
    StsModule.forRoot({ onError: reportFailure }),
    SamplesModule,
    HealthModule,
    ReportsModule,
    ForecastModule,
    TasksModule,
    ObservabilityModule,
    AdminModule,
  ],
})
export class AppModule {}
