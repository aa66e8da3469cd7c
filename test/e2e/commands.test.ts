import { Inject, Injectable } from '@nestjs/common';
import { CommandTask, Cron, type TaskContext } from 'nestjs-sts';
import { expect, it, onTestFinished } from 'vitest';
import { startApp } from './apps.js';

const PROGRAM = Symbol('PROGRAM');

it('a class that extends CommandTask is a task like any other, with what it injects', async () => {
  @Injectable()
  @Cron('0 0 * * *', { timeZone: 'UTC', timeout: '30m' })
  class Backup extends CommandTask {
    constructor(@Inject(PROGRAM) private readonly program: string) {
      super();
    }
    protected override command({ dueAt }: TaskContext) {
      return { command: this.program, args: [new Date(dueAt).toISOString()] };
    }
  }
  const kit = await startApp([Backup, { provide: PROGRAM, useValue: 'echo' }], { patience: '10s' });
  onTestFinished(() => kit.close());

  await kit.advanceBy('1d');

  const runs = await kit.runs('Backup');
  expect(runs.map(({ outcome }) => outcome)).toEqual([
    { kind: 'success', result: { exitCode: 0, stdout: '2026-01-02T00:00:00.000Z\n', stderr: '' } },
  ]);
});

it.each([
  ['a factory', (task: CommandTask) => ({ provide: 'BACKUP', useFactory: () => task })],
  ['a value', (task: CommandTask) => ({ provide: 'BACKUP', useValue: task })],
])('a CommandTask that %s provides is named by its options', async (_, provided) => {
  const sync = { provide: 'SYNC', useFactory: () => new CommandTask({ name: 'sync', command: 'true' }) };
  const kit = await startApp([provided(new CommandTask({ name: 'backup', command: 'true' })), sync]);
  onTestFinished(() => kit.close());

  expect(kit.registry.list().map(({ name }) => name)).toEqual(['backup', 'sync']);
});

it('a CommandTask of its own is named by its options', async () => {
  const kit = await startApp([], { patience: '10s' });
  onTestFinished(() => kit.close());
  kit.scheduler.addTask(new CommandTask({ name: 'backup', command: 'false' }), { every: '10s' });

  await kit.advanceBy('10s');

  const [run] = await kit.runs('backup');
  expect(run!.outcome).toMatchObject({ kind: 'failure', error: { exitCode: 1 } });
});
