import { Injectable, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { Every, StsModule, type Failure } from 'nestjs-sts';
import { StsPrometheusModule } from 'nestjs-sts/prometheus';
import { StsHealthIndicator } from 'nestjs-sts/terminus';
import { CheckController } from './check.controller.js';

@Injectable()
export class SyncTasks {
  @Every('1s')
  pull() {}

  @Every('1s')
  push() {
    throw new Error('the other side is down');
  }
}

/** Here a reporter such as Sentry would be told. */
function report({ taskName, error, retryAt }: Failure) {
  if (retryAt === null) console.log(`reported: ${taskName} failed with ${String(error)}`);
}

@Module({
  imports: [StsModule.forRoot({ onError: report }), StsPrometheusModule.forRoot(), TerminusModule],
  controllers: [CheckController],
  providers: [SyncTasks, StsHealthIndicator],
})
export class AppModule {}
