import { Injectable, Module, UseGuards } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { Every, StsModule } from '../../lib/index.js';
import { sqliteRunStore } from '../../lib/sqlite/index.js';
import { StsTestKit } from '../../lib/testing/index.js';
import { newFile, opened, type Handle } from './sqlite.handles.js';

@Injectable()
class ReportTasks {
  @Every('1m')
  poll() {}
}

@Injectable()
@UseGuards({ canActivate: () => false })
class GuardedTasks {
  @Every('1m')
  poll() {}
}

function appOn(handle: Handle) {
  const imports = [StsModule.forRoot({ runStore: sqliteRunStore(handle), logLevel: 'SILENT' })];
  @Module({ imports, providers: [ReportTasks, GuardedTasks] })
  class AppModule {}
  return { imports: [AppModule] };
}

describe('an app with a history in SQLite', () => {
  it('keeps its runs under a virtual clock, across a restart, without a complaint', async () => {
    const file = newFile();
    const first = await StsTestKit.create(appOn(opened(file)));
    await first.advanceBy('5m');
    await first.close();

    const second = await StsTestKit.create(appOn(opened(file)), { now: '2026-01-01T00:10:00Z' });
    await second.advanceBy('2m');
    const { items } = await second.registry.runs('ReportTasks.poll', { limit: 100 });

    const events = [...first.events(), ...second.events()].map(({ type }) => type);
    expect(events).not.toContain('storeFailed');
    const minutes = items.map(({ dueAt }) => new Date(dueAt).getUTCMinutes());
    expect(minutes).toEqual([12, 11, 6, 5, 4, 3, 2, 1]);
    const { sentence } = await second.registry.explain('ReportTasks.poll', '2026-01-01T00:08:00Z');
    expect(sentence).toBe(
      'ReportTasks.poll was skipped at 2026-01-01T00:08:00.000Z: the process was down, ' +
        'from 2026-01-01T00:05:00.000Z to 2026-01-01T00:10:00.000Z (one of 5 instants).',
    );
    await second.close();
  });

  it('has what a guard refuses again and again as one record, which never started', async () => {
    const kit = await StsTestKit.create(appOn(opened(newFile())));

    await kit.advanceBy('1h');

    const { items } = await kit.registry.runs('GuardedTasks.poll');
    expect(items).toMatchObject([{ startedAt: null, outcome: { reason: 'guard', count: 60 } }]);
    await kit.close();
  });
});
