import { describe, expect, it } from 'vitest';
import { ClockWatch } from '../../lib/bullmq/clock.watch.js';
import type { Server } from '../../lib/bullmq/server.js';
import type { StsEvent } from '../../lib/run/run.events.js';
import { ManualClock } from '../../lib/testing/manual.clock.js';

function watch(server: Pick<Server, 'name' | 'mostSkewMs'>) {
  const told: unknown[] = [];
  const record = (event: StsEvent) => void (event.type === 'engineWarned' && told.push(event.message));
  const onRest = (isResting: boolean) => void told.push(isResting);
  const made = new ClockWatch({ server: server as Server, clock: new ManualClock(), record, onRest });
  return { look: (skewMs: number) => made.look(skewMs), told };
}

describe('a process whose clock is off the server’s', () => {
  it('says so once, until it is right again', () => {
    const { look, told } = watch({ name: 'Redis', mostSkewMs: Infinity });

    [0, 8_000, 8_100, -20, -8_000].forEach(look);

    expect(told).toEqual([
      expect.stringMatching(/is 8000 ms ahead of that of Redis: .*NTP/),
      expect.stringMatching(/is 8000 ms behind that of Redis/),
    ]);
  });

  it('takes no runs on PostgreSQL while it is off by more than a quarter of the lock', () => {
    const { look, told } = watch({ name: 'PostgreSQL', mostSkewMs: 7_500 });

    [7_000, 7_600, 7_700, -7_600, 7_000, 0].forEach(look);

    expect(told).toEqual([
      expect.stringMatching(/7000 ms ahead of that of PostgreSQL/),
      true,
      expect.stringMatching(
        /7600 ms ahead of that of PostgreSQL: it takes no runs until it is within 7500 ms/,
      ),
      false,
      expect.stringMatching(/7000 ms ahead/),
    ]);
  });
});
