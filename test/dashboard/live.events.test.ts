import { Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LiveEvents, type SentEvent } from '../../lib/dashboard/live.events.js';
import { RunViews } from '../../lib/dashboard/run.views.js';
import type { StsEvent } from '../../lib/run/run.events.js';
import { NEW_YEAR, runningRun } from '../run/sample.run.js';

const events$ = new Subject<StsEvent>();
let live: LiveEvents;

beforeEach(() => {
  vi.useFakeTimers({ now: NEW_YEAR });
  const runs = new RunViews(
    text => text,
    () => null,
  );
  live = new LiveEvents({ events$, runs, now: () => Date.now() });
});
afterEach(() => {
  live.close();
  vi.useRealTimers();
});

/** What a page gets, as `type`s, from now on. */
function page(lastId?: string) {
  const events: SentEvent[] = [];
  let isOver = false;
  const subscription = live.stream(lastId).subscribe({
    next: event => void events.push(event),
    complete: () => void (isOver = true),
  });
  return {
    types: () => events.map(({ type }) => type),
    last: () => events.at(-1)!.id,
    isOver: () => isOver,
    leave: () => subscription.unsubscribe(),
  };
}

const start = (id: string) => events$.next({ type: 'runStarted', at: NEW_YEAR, run: runningRun({ id }) });

describe('live events', () => {
  it('have a heartbeat at once, and each 15 s', () => {
    const { types } = page();
    vi.advanceTimersByTime(30_000);

    expect(types()).toEqual(['heartbeat', 'heartbeat', 'heartbeat']);
  });

  it('are told together after 250 ms', () => {
    const { types } = page();
    start('a');
    vi.advanceTimersByTime(249);
    const before = types();
    vi.advanceTimersByTime(1);

    expect(before).toEqual(['heartbeat']);
    expect(types()).toEqual(['heartbeat', 'run']);
  });

  it('are kept for a minute after the last page has left, and no longer', () => {
    const first = page();
    start('a');
    vi.advanceTimersByTime(250);
    first.leave();
    start('b');
    vi.advanceTimersByTime(59_000);
    const soon = page(first.last());
    soon.leave();
    vi.advanceTimersByTime(60_000);
    const late = page(first.last());

    expect(soon.types()).toEqual(['run', 'heartbeat']);
    expect(late.types()).toEqual(['reset', 'heartbeat']);
    expect(events$.observed).toBe(true);
  });

  it('are a thousand at most, and then begin anew', () => {
    const first = page();
    const lastId = first.last();
    for (let i = 0; i < 4; i++) {
      for (let run = 0; run < 250; run++) start(`${i} ${run}`);
      vi.advanceTimersByTime(250);
    }
    const all = page(lastId);
    start('one more');
    vi.advanceTimersByTime(250);
    const tooMany = page(lastId);

    expect(all.types().filter(type => type === 'run')).toHaveLength(1_001);
    expect(tooMany.types()).toEqual(['reset', 'heartbeat']);
  });

  it.each([['what'], ['1-2'], ['-'], [`${NEW_YEAR}-99`]])('begin anew after the id %s', lastId => {
    page();

    expect(page(lastId).types()).toEqual(['reset', 'heartbeat']);
  });

  it('are over when the app has closed, for who comes then too', () => {
    const before = page();
    live.close();
    const after = page();

    expect([before.isOver(), after.isOver(), after.types()]).toEqual([true, true, []]);
    expect([events$.observed, vi.getTimerCount()]).toEqual([false, 0]);
  });
});
