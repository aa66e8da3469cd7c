import { Injectable } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { ClsModule, ClsService } from 'nestjs-cls';
import { Manual, StsModule, type TaskContext } from 'nestjs-sts';
import { StsTestKit } from 'nestjs-sts/testing';
import { expect, it } from 'vitest';

@Injectable()
class Audit {
  constructor(readonly cls: ClsService) {}
  async who() {
    await Promise.resolve();
    return [this.cls.get('runId'), this.cls.get('note')] as unknown[];
  }
}

@Injectable()
class Tasks {
  constructor(
    readonly audit: Audit,
    readonly cls: ClsService,
  ) {}
  @Manual({ overlap: 'allowAll' }) async work({ payload }: TaskContext<string>) {
    this.cls.set('note', payload);
    await new Promise(resolve => setImmediate(resolve));
    return this.audit.who();
  }
}

it('what the around hook sets with nestjs-cls is seen by the handler and its services, and by no other run', async () => {
  const builder = Test.createTestingModule({
    imports: [
      ClsModule.forRoot({ global: true }),
      StsModule.forRootAsync({
        inject: [ClsService],
        useFactory: (cls: ClsService) => ({
          logLevel: 'SILENT',
          around: ({ runId }, next) =>
            cls.run(() => {
              cls.set('runId', runId);
              return next();
            }),
        }),
      }),
    ],
    providers: [Tasks, Audit],
  });
  const kit = await StsTestKit.create(builder);

  const runs = await Promise.all(['a', 'b'].map(payload => kit.registry.trigger('Tasks.work', payload)));
  const finished = await Promise.all(runs.map(run => run.finished()));
  const isOver = kit.app.get(ClsService).isActive();
  await kit.close();

  expect(finished.map(({ outcome }) => outcome)).toEqual([
    { kind: 'success', result: [runs[0]!.id, 'a'] },
    { kind: 'success', result: [runs[1]!.id, 'b'] },
  ]);
  expect(isOver).toBe(false);
});
