import 'reflect-metadata';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Cron, Every, Manual, Retry, SchedulerRegistry, StsModule, Task, type TaskContext } from 'nestjs-sts';
import { StsTestKit } from 'nestjs-sts/testing';
import { afterEach, describe, expect, it } from 'vitest';

let kit: StsTestKit;
afterEach(() => kit.close());

describe('a Nest app', () => {
  it('runs a decorated method at each instant of its trigger', async () => {
    const instants: string[] = [];
    @Injectable()
    class ReportTasks {
      @Every('10s')
      poll({ dueAt }: TaskContext) {
        instants.push(new Date(dueAt).toISOString().slice(11, 19));
      }
    }

    kit = await start([ReportTasks]);
    await kit.advanceBy('30s');

    expect(instants).toEqual(['00:00:10', '00:00:20', '00:00:30']);
  });
});

async function start(providers: any[], options = {}) {
  @Module({ imports: [StsModule.forRoot({ logLevel: 'CRITICAL', ...options })], providers })
  class AppModule {}
  return StsTestKit.create(Test.createTestingModule({ imports: [AppModule] }));
}
void [Cron, Manual, Retry, SchedulerRegistry, Task];
