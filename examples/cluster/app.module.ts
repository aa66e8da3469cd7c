import { Injectable, Module } from '@nestjs/common';
import { Every, StsModule, type TaskContext } from 'nestjs-sts';
import { bullmq } from 'nestjs-sts/bullmq';

@Injectable()
export class SharedTasks {
  @Every('1s')
  tick({ dueAt }: TaskContext) {
    console.log(`${process.pid} ran ${new Date(dueAt).toISOString()}`);
  }
}

const connection = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379';

@Module({
  imports: [StsModule.forRoot({ engine: bullmq({ connection, prefix: 'sts-example' }) })],
  providers: [SharedTasks],
})
export class AppModule {}
