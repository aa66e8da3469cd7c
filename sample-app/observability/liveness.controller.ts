import { Controller, Get } from '@nestjs/common';
import { HealthCheck, HealthCheckService } from '@nestjs/terminus';
import { StsHealthIndicator } from 'nestjs-sts/terminus';

@Controller('live')
export class LivenessController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly scheduler: StsHealthIndicator,
  ) {}

  /** 503 when the scheduler has stopped or is stalled. */
  @Get()
  @HealthCheck()
  check() {
    return this.health.check([() => this.scheduler.isHealthy('scheduler')]);
  }
}
