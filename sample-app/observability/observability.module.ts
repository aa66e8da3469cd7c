import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { StsHeartbeatModule } from 'nestjs-sts/heartbeat';
import { StsOtelModule } from 'nestjs-sts/otel';
import { StsPrometheusModule } from 'nestjs-sts/prometheus';
import { StsHealthIndicator } from 'nestjs-sts/terminus';
import { ChecksController } from './checks.controller.js';
import { LivenessController } from './liveness.controller.js';
import { MetricsController } from './metrics.controller.js';
import { TracesController } from './traces.controller.js';

@Module({
  imports: [
    StsPrometheusModule.forRoot(),
    StsOtelModule.forRoot({ metrics: false }), // Prometheus has them already
    StsHeartbeatModule.forRoot(),
    TerminusModule,
  ],
  controllers: [MetricsController, TracesController, LivenessController, ChecksController],
  providers: [StsHealthIndicator],
})
export class ObservabilityModule {}
