import { Injectable } from '@nestjs/common';
import { Manual, SchedulerRegistry, type TaskContext } from 'nestjs-sts';
import type { LiveEvent } from 'nestjs-sts/dashboard';
import { afterEach, describe, expect, it } from 'vitest';
import { ADAPTERS, serve, type Served, type ServedOptions } from './served.js';

@Injectable()
class Tasks {
  @Manual({ name: 'hand' })
  hand({ logger, progress }: TaskContext) {
    progress(0.5, 'half');
    logger.log('a line');
  }

  @Manual({ name: 'many', overlap: 'allowAll' })
  many() {}

  @Manual({ name: 'slow', shutdownGrace: '10ms' })
  slow({ signal }: TaskContext) {
    return new Promise<void>(resolve => signal.addEventListener('abort', () => resolve()));
  }
}

interface Sent {
  readonly id: string;
  readonly type: string;
  readonly data: LiveEvent;
}

/** An open stream of events, read as they come. */
class Stream {
  readonly #reader: ReadableStreamDefaultReader<string>;
  #text = '';

  constructor(readonly response: Response) {
    this.#reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** `undefined` when the stream has ended. */
  async next(): Promise<Sent | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\n\n');
      if (end >= 0) {
        const block = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 2);
        const event = parsed(block);
        if (event !== undefined) return event;
        continue;
      }
      const { value, done } = await this.#reader.read();
      if (done) return undefined;
      this.#text += value;
    }
  }

  async until(isIt: (event: Sent) => boolean): Promise<readonly Sent[]> {
    const events: Sent[] = [];
    for (let event = await this.next(); event !== undefined; event = await this.next()) {
      events.push(event);
      if (isIt(event)) break;
    }
    return events;
  }

  close() {
    return this.#reader.cancel();
  }
}

function parsed(block: string): Sent | undefined {
  const fields = new Map(
    block.split('\n').map(line => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
    }),
  );
  if (!fields.has('data')) return undefined;
  return {
    id: fields.get('id')!,
    type: fields.get('event')!,
    data: JSON.parse(fields.get('data')!) as LiveEvent,
  };
}

let served: Served | undefined;

afterEach(async () => {
  await served?.app.close();
  served = undefined;
});

const start = async (options: ServedOptions) => (served = await serve([Tasks], options));
const open = async ({ get }: Served, headers?: Record<string, string>) =>
  new Stream(await get('sts/api/events', headers));
const hasEnded = ({ data }: Sent) => data.type === 'run' && data.run.outcome !== null;

describe.each(ADAPTERS)('live events, on %s', adapter => {
  it('tell of a run, its lines and its progress, each once', async () => {
    const { app } = await start({ adapter });
    const stream = await open(served!);
    const first = await stream.next();

    const { id } = await (await app.get(SchedulerRegistry).trigger('hand')).finished();
    const events = await stream.until(({ type }) => type === 'log');
    await stream.close();

    expect(first!.type).toBe('heartbeat');
    expect(stream.response.headers.get('content-type')).toContain('text/event-stream');
    expect(events.map(({ data }) => data)).toMatchObject([
      { type: 'run', run: { id, outcome: 'success' } },
      { type: 'progress', runId: id, progress: { fraction: 0.5, message: 'half' } },
      { type: 'log', runId: id, line: { message: 'a line', level: 'INFO' } },
    ]);
  });

  it('give who comes back what was missed, in order', async () => {
    const { app } = await start({ adapter });
    const registry = app.get(SchedulerRegistry);
    const before = await open(served!);
    await (await registry.trigger('many')).finished();
    const seen = await before.until(hasEnded);
    await before.close();
    const watching = await open(served!);
    const { id } = await (await registry.trigger('many')).finished();
    await watching.until(hasEnded);

    const after = await open(served!, { 'last-event-id': seen.at(-1)!.id });
    const missed = await after.until(({ type }) => type === 'heartbeat');

    await Promise.all([watching.close(), after.close()]);
    expect(missed.map(({ data }) => data)).toMatchObject([
      { type: 'run', run: { id } },
      { type: 'heartbeat' },
    ]);
  });

  it('ask who comes back to a new process to begin anew', async () => {
    await start({ adapter });

    const stream = await open(served!, { 'last-event-id': '12-5' });
    const [first] = await stream.until(() => true);
    await stream.close();

    expect(first!.type).toBe('reset');
  });

  it('do not tell of a thousand runs one by one', async () => {
    const { app } = await start({ adapter });
    const registry = app.get(SchedulerRegistry);
    const stream = await open(served!);

    await Promise.all(Array.from({ length: 1_000 }, () => registry.trigger('many')));
    const events = await stream.until(({ type }) => type === 'tasks');
    await stream.close();

    expect(events.filter(({ type }) => type === 'run').length).toBeLessThanOrEqual(900);
  });

  it('are not begun for who asks for headers only', async () => {
    const { url } = await start({ adapter, dashboard: { maxConnections: 1 } });

    const head = await fetch(`${url}/sts/api/events`, { method: 'HEAD' });
    const stream = await open(served!);

    expect([head.status, head.headers.get('content-type')]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
    ]);
    expect(stream.response.status).toBe(200);
    await stream.close();
  });

  it('have the headers that the app gives all answers', async () => {
    const { get } = await start({ adapter, before: app => app.enableCors({ origin: 'http://a.example' }) });

    const { headers, body } = await get('sts/api/events');
    await body!.cancel();

    expect(headers.get('access-control-allow-origin')).toBe('http://a.example');
    expect(headers.get('cache-control')).toBe('no-store, no-transform');
  });

  it('are refused beyond as many as may be', async () => {
    await start({ adapter, dashboard: { maxConnections: 3 } });

    const streams = [];
    for (let i = 0; i < 5; i++) streams.push(await open(served!));
    const statuses = streams.map(({ response }) => response.status);
    await Promise.all(streams.map(stream => stream.close()));

    expect(statuses).toEqual([200, 200, 200, 503, 503]);
  });

  it('end when the scheduler drains, so that the app can close', async () => {
    const { app } = await start({ adapter });
    const run = await app.get(SchedulerRegistry).trigger('slow');
    const stream = await open(served!);

    const [events] = await Promise.all([stream.until(() => false), app.close()]);
    served = undefined;

    expect((await run.finished()).outcome.kind).not.toBe('skipped');
    expect(events.map(({ type }) => type)).toContain('scheduler');
  });
});
