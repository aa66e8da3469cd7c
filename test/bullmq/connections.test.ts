import { EventEmitter } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { AwaitedRuns } from '../../lib/bullmq/awaited.runs.js';
import { Connections } from '../../lib/bullmq/connections.js';
import type { Line, Server } from '../../lib/bullmq/server.js';
import { EngineUnavailableError } from '../../lib/errors.js';
import { ManualClock } from '../../lib/testing/manual.clock.js';

/** A server that answers when it is told to. */
function setUp() {
  const clock = new ManualClock();
  let answer = () => {};
  let closed = 0;
  const made: string[] = [];
  const queue = (name: string) => {
    made.push(name);
    return Object.assign(new EventEmitter(), { waitUntilReady: async () => {}, close: async () => {} });
  };
  let areEventsThere = false;
  const events = () => {
    const waitUntilReady = () =>
      areEventsThere ? Promise.resolve() : Promise.reject(new Error('no events'));
    return Object.assign(queue('events'), { waitUntilReady });
  };
  const line = { queue, events, close: async () => void closed++ } as unknown as Line;
  const connect = () => new Promise<Line>(resolve => (answer = () => resolve(line)));
  const server = { name: 'Redis', mostSkewMs: Infinity, connect } as Server;
  const connections = new Connections(server, { clock, record: () => undefined });
  return {
    clock,
    connections,
    made,
    answer: () => answer(),
    closed: () => closed,
    mendEvents: () => (areEventsThere = true),
  };
}

describe('a connection that comes too late', () => {
  it('for the start is closed', async () => {
    const { clock, connections, answer, closed } = setUp();

    const opening = connections.open().catch((error: unknown) => error);
    await turn();
    clock.advance(clock.now() + 10_000);
    const error = await opening;
    answer();
    await turn();

    expect(error).toBeInstanceOf(EngineUnavailableError);
    expect(closed()).toBe(1);
  });

  it('for the app is closed', async () => {
    const { connections, answer, closed } = setUp();

    const opening = connections.opened().catch((error: unknown) => error);
    await turn();
    await connections.end();
    answer();

    expect(await opening).toMatchObject({ message: 'The app has closed.' });
    expect(closed()).toBe(1);
  });
});

it('the ends of runs are listened to once, and again after it has failed', async () => {
  const { connections, answer, made, mendEvents } = setUp();
  const opening = connections.opened();
  await turn();
  answer();
  await opening;
  const listen = () => connections.onFinished(() => undefined);

  await expect(listen()).rejects.toThrow('no events');
  mendEvents();
  await Promise.all([listen(), listen()]);
  await listen();
  await connections.end();

  expect(made.filter(name => name === 'events')).toHaveLength(2);
  await expect(listen()).rejects.toThrow('The app has closed.');
});

it('who waits for a run when the app has closed hears so at once', async () => {
  const { clock, connections } = setUp();
  const awaited = new AwaitedRuns({ clock, connections, isHere: () => false });
  awaited.close();

  await expect(awaited.finished('job#1')).rejects.toThrow(/The app has closed before the run ended/);
});
