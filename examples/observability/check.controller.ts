import { Controller, Get, Header } from '@nestjs/common';
import { HealthCheck, HealthCheckService } from '@nestjs/terminus';
import { StsHealthIndicator } from 'nestjs-sts/terminus';
import { register } from 'prom-client';

@Controller()
export class CheckController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly scheduler: StsHealthIndicator,
  ) {}

  @Get('metrics')
  @Header('content-type', register.contentType)
  metrics() {
    return register.metrics();
  }

  @Get('health')
  @HealthCheck()
  check() {
    return this.health.check([() => this.scheduler.isHealthy('scheduler')]);
  }
}
