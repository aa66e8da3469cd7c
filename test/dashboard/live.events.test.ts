import { Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LiveEvents } from '../../lib/dashboard/live.events.js';
import type { LiveStream } from '../../lib/dashboard/live.stream.js';
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
  live = new LiveEvents({ events$, runs, now: () => Date.now(), maxConnections: 3 });
});
afterEach(() => {
  live.close();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** What somebody gets from now on, who reads unless it is told not to. */
class Page implements LiveStream {
  isReady = true;
  isOver = false;
  text = '';
  #close = () => {};

  constructor(lastId?: string) {
    live.tell(this, lastId);
  }

  get types() {
    return [...this.text.matchAll(/^event: (.+)$/gm)].map(([, type]) => type);
  }

  get lastId() {
    return [...this.text.matchAll(/^id: (.+)$/gm)].at(-1)![1]!;
  }

  send(text: string) {
    expect(this.isReady).toBe(true);
    this.text += text;
  }

  end() {
    this.isOver = true;
    this.#close();
  }

  onClose(listener: () => void) {
    this.#close = listener;
  }
}

const start = (id: string) => events$.next({ type: 'runStarted', at: NEW_YEAR, run: runningRun({ id }) });

describe('live events', () => {
  it('say when to ask again, and have a heartbeat at once and each 15 s', () => {
    const page = new Page();
    vi.advanceTimersByTime(30_000);

    expect(page.text.startsWith('retry: 1000\n\nevent: heartbeat\n')).toBe(true);
    expect(page.types).toEqual(['heartbeat', 'heartbeat', 'heartbeat']);
  });

  it('are told together after 250 ms', () => {
    const page = new Page();
    start('a');
    vi.advanceTimersByTime(249);
    const before = page.types;
    vi.advanceTimersByTime(1);

    expect(before).toEqual(['heartbeat']);
    expect(page.types).toEqual(['heartbeat', 'run']);
  });

  it('are kept for a minute after the last page has left, and no longer', () => {
    const first = new Page();
    start('a');
    vi.advanceTimersByTime(250);
    first.end();
    start('b');
    vi.advanceTimersByTime(59_000);
    const soon = new Page(first.lastId);
    soon.end();
    vi.advanceTimersByTime(60_000);
    const late = new Page(first.lastId);

    expect(soon.types).toEqual(['run', 'heartbeat']);
    expect(late.types).toEqual(['reset', 'heartbeat']);
    expect(events$.observed).toBe(true);
  });

  it('are a thousand at most, and then begin anew', () => {
    const { lastId } = new Page();
    const starts = (count: number) => {
      for (let run = 0; run < count; run++) start(`${run}`);
      vi.advanceTimersByTime(250);
    };
    for (let i = 0; i < 4; i++) starts(250);
    const all = new Page(lastId);
    starts(1);
    const tooMany = new Page(lastId);

    expect(all.types.filter(type => type === 'run')).toHaveLength(1_001);
    expect(tooMany.types).toEqual(['reset', 'heartbeat']);
  });

  it.each([['what'], ['1-2'], ['-'], [`${NEW_YEAR}-99`]])('begin anew after the id %s', lastId => {
    const [, page] = [new Page(), new Page(lastId)];

    expect(page!.types).toEqual(['reset', 'heartbeat']);
  });

  it('are refused beyond as many as may be, and let others in when one has left', () => {
    const [first] = [new Page(), new Page(), new Page()];
    const isFull = live.isFull;
    const oneMore = new Page();
    first!.end();

    expect([isFull, oneMore.isOver, oneMore.text, live.isFull]).toEqual([true, true, '', false]);
  });

  it('wait for who does not read, and come when it does', () => {
    const page = new Page();
    page.isReady = false;
    start('a');
    vi.advanceTimersByTime(250);
    start('b');
    vi.advanceTimersByTime(250);
    const before = page.types;

    page.isReady = true;
    vi.advanceTimersByTime(250);

    expect(before).toEqual(['heartbeat']);
    expect(page.types).toEqual(['heartbeat', 'run', 'run']);
  });

  it('begin anew for who has read nothing of a thousand', () => {
    const page = new Page();
    page.isReady = false;
    for (let i = 0; i < 5; i++) {
      for (let run = 0; run < 250; run++) start(`${run}`);
      vi.advanceTimersByTime(250);
    }

    page.isReady = true;
    vi.advanceTimersByTime(250);

    expect(page.types).toEqual(['heartbeat', 'reset']);
  });

  it('end for who reads nothing between two heartbeats', () => {
    const page = new Page();
    page.isReady = false;
    vi.advanceTimersByTime(15_000);
    const afterOne = page.isOver;
    vi.advanceTimersByTime(15_000);

    expect([afterOne, page.isOver]).toEqual([false, true]);
  });

  it('end after four to five minutes, so that access is asked again', () => {
    vi.spyOn(Math, 'random').mockReturnValueOnce(0).mockReturnValueOnce(0.999);
    const pages = [new Page(), new Page()];
    const isOver = () => pages.map(page => page.isOver);
    vi.advanceTimersByTime(239_000);
    const before = isOver();
    vi.advanceTimersByTime(15_000);
    const between = isOver();
    vi.advanceTimersByTime(60_000);

    expect([before, between, isOver()]).toEqual([
      [false, false],
      [true, false],
      [true, true],
    ]);
  });

  it('end when the scheduler drains, and tell of it', () => {
    const page = new Page();
    events$.next({ type: 'drainStarted', at: NEW_YEAR, running: [] });

    expect([page.types, page.isOver]).toEqual([['heartbeat', 'scheduler'], true]);
  });

  it('are over when the app has closed, for who comes then too', () => {
    const before = new Page();
    live.close();
    const after = new Page();

    expect([before.isOver, after.isOver, after.text]).toEqual([true, true, '']);
    expect([events$.observed, vi.getTimerCount()]).toEqual([false, 0]);
  });
});
