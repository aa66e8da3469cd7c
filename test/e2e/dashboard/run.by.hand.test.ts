import { Injectable, UseGuards, type CanActivate } from '@nestjs/common';
import { Manual, SchedulerRegistry } from 'nestjs-sts';
import type { RunAccepted, RunView } from 'nestjs-sts/dashboard';
import { first, firstValueFrom, ReplaySubject } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { ADAPTERS, serve, type Served } from './served.js';

/** What the handlers of a test wait for, and what its guard answers. */
let gate = new ReplaySubject<void>(1);
let answer = new ReplaySubject<boolean>(1);

class AskedForLong implements CanActivate {
  canActivate() {
    return answer.pipe(first());
  }
}

class Refusing implements CanActivate {
  canActivate() {
    return false;
  }
}

@Injectable()
class Tasks {
  @Manual()
  quick() {}

  @Manual({ overlap: 'skip' })
  alone() {
    return firstValueFrom(gate);
  }

  @Manual({ overlap: 'bufferAll', bufferSize: 1 })
  inLine() {
    return firstValueFrom(gate);
  }

  @Manual({ group: 'oneAtATime' })
  first() {
    return firstValueFrom(gate);
  }

  @Manual({ group: 'oneAtATime' })
  second() {}

  @Manual()
  @UseGuards(AskedForLong)
  guarded() {}

  @Manual()
  @UseGuards(Refusing)
  refused() {}
}

let served: Served | undefined;

afterEach(async () => {
  gate.next();
  await served?.app.close();
  served = undefined;
});

async function start(adapter: (typeof ADAPTERS)[number]) {
  gate = new ReplaySubject(1);
  answer = new ReplaySubject(1);
  served = await serve([Tasks], { adapter, sts: { groups: { oneAtATime: { concurrency: 1 } } } });
  const { post, json, app } = served;
  return {
    run: async (name: string) =>
      (await (await post(`sts/api/tasks/Tasks.${name}/run`)).json()) as RunAccepted,
    shown: ({ runId }: RunAccepted) => json<RunView>(`sts/api/runs/${encodeURIComponent(runId)}`),
    ended: async ({ runId }: RunAccepted) => {
      const { events$ } = app.get(SchedulerRegistry);
      await new Promise<void>(resolve => {
        events$.subscribe(event => {
          if ('run' in event && event.run.id === runId && event.run.outcome !== null) resolve();
        });
      });
    },
  };
}

const NONE = { reason: null, detail: null };

describe.each(ADAPTERS)('what is answered to a run by hand, on %s', adapter => {
  it('says that it started, also when it has ended by then', async () => {
    const { run } = await start(adapter);

    expect(await run('quick')).toMatchObject({ state: 'started', ...NONE });
    expect(await run('alone')).toMatchObject({ state: 'started', ...NONE });
  });

  it('names the run because of which it was skipped', async () => {
    const { run, shown } = await start(adapter);

    const first = await run('alone');
    const second = await run('alone');

    const detail = expect.stringContaining(first.runId) as string;
    expect(second).toMatchObject({ state: 'skipped', reason: 'overlap', detail });
    expect(await shown(second)).toMatchObject({ outcome: 'skipped', reason: 'overlap', detail });
  });

  it('says that it waits in line, and that the line is full', async () => {
    const { run, shown, ended } = await start(adapter);

    await run('inLine');
    const second = await run('inLine');
    const third = await run('inLine');
    const before = await shown(second);
    const end = ended(second);
    gate.next();
    await end;

    expect(second).toMatchObject({ state: 'waiting', ...NONE });
    expect(third).toMatchObject({ state: 'skipped', reason: 'bufferFull' });
    expect(before).toMatchObject({ startedAt: null, outcome: null });
    expect(await shown(second)).toMatchObject({ outcome: 'success' });
  });

  it('says that it waits for the limit of its group', async () => {
    const { run, shown, ended } = await start(adapter);

    const first = await run('first');
    const second = await run('second');
    const end = ended(second);
    gate.next();
    await end;

    expect([first.state, second.state]).toEqual(['started', 'waiting']);
    expect(await shown(second)).toMatchObject({ outcome: 'success' });
  });

  it('says that a guard refuses it, or that it waits for the guard, which refuses it later', async () => {
    const { run, shown, ended } = await start(adapter);

    const refused = await run('refused');
    const guarded = await run('guarded');
    const end = ended(guarded);
    answer.next(false);
    await end;

    expect(refused).toMatchObject({ state: 'skipped', reason: 'guard' });
    expect(guarded).toMatchObject({ state: 'waiting', ...NONE });
    expect(await shown(guarded)).toMatchObject({ outcome: 'skipped', reason: 'guard' });
  });
});
