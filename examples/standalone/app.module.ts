import { Injectable, Module } from '@nestjs/common';
import { Every, StsModule, Task, type TaskContext } from 'nestjs-sts';

@Injectable()
@Every('1s')
export class Tick extends Task {
  run({ dueAt }: TaskContext) {
    console.log(`tick ${new Date(dueAt).toISOString()}`);
  }
}

@Module({ imports: [StsModule.forRoot()], providers: [Tick] })
export class AppModule {}
