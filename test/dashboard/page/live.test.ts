import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LiveEvent } from '../../../lib/dashboard/api.views.js';
import { connectLive, type Source } from '../../../lib/dashboard/page/live.js';

class FakeSource implements Source {
  static all: FakeSource[] = [];
  readyState = 0;
  readonly #listeners = new Map<string, (event: { data?: unknown }) => void>();

  constructor() {
    FakeSource.all.push(this);
  }

  static get newest(): FakeSource {
    return FakeSource.all.at(-1)!;
  }

  addEventListener(type: string, listener: (event: { data?: unknown }) => void): void {
    this.#listeners.set(type, listener);
  }

  close(): void {
    this.readyState = 2;
  }

  say(type: string, data?: unknown): void {
    this.#listeners.get(type)?.({ data });
  }

  event(event: LiveEvent): void {
    this.say(event.type, JSON.stringify(event));
  }
}

const BEAT: LiveEvent = { type: 'heartbeat', now: 0 };

let heard: string[] = [];
const connect = () => connectLive({ open: () => new FakeSource(), onEvent: ({ type }) => heard.push(type) });
const resets = () => heard.filter(type => type === 'reset').length;

beforeEach(() => {
  vi.useFakeTimers();
  FakeSource.all = [];
  heard = [];
});

afterEach(() => {
  vi.useRealTimers();
});

describe('the live connection', () => {
  it('is live once it is open, and hands on what it hears', () => {
    const live = connect();
    expect(live.state.get()).toBe('connecting');

    FakeSource.newest.say('open');
    FakeSource.newest.event({ type: 'tasks' });

    expect(live.state.get()).toBe('live');
    expect(heard).toEqual(['tasks']);
  });

  it('asks for everything again when it comes back by itself', () => {
    const live = connect();
    FakeSource.newest.say('open');

    FakeSource.newest.say('error');
    vi.advanceTimersByTime(1_999);
    const before = live.state.get();
    vi.advanceTimersByTime(1);
    const after = live.state.get();
    FakeSource.newest.say('open');

    expect([before, after, live.state.get()]).toEqual(['live', 'connecting', 'live']);
    expect(resets()).toBe(1);
    expect(FakeSource.all).toHaveLength(1);
  });

  it('says nothing of a stream that the server ended, and that goes on soon', () => {
    const live = connect();
    FakeSource.newest.say('open');
    const states: string[] = [];
    live.state.listen(() => states.push(live.state.get()));

    FakeSource.newest.say('error');
    vi.advanceTimersByTime(1_000);
    FakeSource.newest.say('open');
    FakeSource.newest.event(BEAT);
    vi.advanceTimersByTime(10_000);

    expect(states).toEqual([]);
  });

  it('opens another one when the browser gave up', () => {
    connect();
    FakeSource.newest.readyState = 2;
    FakeSource.newest.say('error');

    vi.advanceTimersByTime(3_000);

    expect(FakeSource.all).toHaveLength(2);
  });

  it('polls each 5 s after three failures', () => {
    const live = connect();
    for (let i = 0; i < 3; i++) FakeSource.newest.say('error');

    expect(live.state.get()).toBe('polling');
    expect(FakeSource.newest.readyState).toBe(2);
    vi.advanceTimersByTime(20_000);

    expect(resets()).toBe(5);
  });

  it('polls when nothing came for 40 s', () => {
    const live = connect();
    FakeSource.newest.say('open');
    vi.advanceTimersByTime(30_000);
    FakeSource.newest.event(BEAT);
    vi.advanceTimersByTime(39_999);
    expect(live.state.get()).toBe('live');

    vi.advanceTimersByTime(1);

    expect(live.state.get()).toBe('polling');
  });

  it('tries again each minute, and stops polling when something comes', () => {
    const live = connect();
    for (let i = 0; i < 3; i++) FakeSource.newest.say('error');
    vi.advanceTimersByTime(60_000);
    expect(FakeSource.all).toHaveLength(2);
    FakeSource.newest.say('error');
    expect(live.state.get()).toBe('polling');
    vi.advanceTimersByTime(60_000);
    expect(FakeSource.all).toHaveLength(3);

    FakeSource.newest.say('open');
    expect(live.state.get()).toBe('polling');
    FakeSource.newest.event(BEAT);
    const before = resets();
    vi.advanceTimersByTime(20_000);

    expect(live.state.get()).toBe('live');
    expect(resets()).toBe(before);
  });

  it('tries at once when the server is back', () => {
    const live = connect();
    live.retry();
    expect(FakeSource.all).toHaveLength(1);
    for (let i = 0; i < 3; i++) FakeSource.newest.say('error');

    live.retry();
    FakeSource.newest.event(BEAT);

    expect(FakeSource.all).toHaveLength(2);
    expect(live.state.get()).toBe('live');
  });

  it('does nothing after it was closed', () => {
    const live = connect();
    for (let i = 0; i < 3; i++) FakeSource.newest.say('error');

    live.close();

    expect(vi.getTimerCount()).toBe(0);
  });

  it('takes an event that it cannot read as a sign of life only', () => {
    const live = connect();
    FakeSource.newest.say('run', '{');

    expect(live.state.get()).toBe('live');
    expect(heard).toEqual([]);
  });
});
