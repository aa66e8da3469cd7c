import { describe, expect, it } from 'vitest';
import { Switches } from '../../lib/engine/switches.js';
import { DurableMemory } from '../../lib/run/durable.memory.js';
import type { DurableState } from '../../lib/run/run.store.js';
import { TaskResolver } from '../../lib/task/task.resolver.js';
import { ManualClock } from '../../lib/testing/manual.clock.js';
import { rawTask } from '../task/sample.task.js';

const NOW = Date.UTC(2026, 0, 1);
const task = new TaskResolver({ layers: [], groups: new Map(), timeZone: 'UTC' }).resolve(
  rawTask({ every: '1h' }),
);

/** The switches of a process that starts with this pause from an earlier one. */
async function restored(until: number | null) {
  const clock = new ManualClock(NOW);
  const pause = { since: NOW - 60_000, reason: '3 failures in a row', until, isOver: false, trial: null };
  const durable: DurableState = {
    unfinished: () => [],
    lastDueAt: () => null,
    flush: () => undefined,
    load: () => ({ pauses: [[`task ${task.name}`, pause]], failures: [] }),
    save: () => undefined,
  };
  const record = () => undefined;
  const memory = new DurableMemory({ durable, clock, record });
  const switches = new Switches({ clock, record, memory, groupThresholds: new Map(), onPause: record });
  await switches.restore();
  return { switches, clock };
}

describe('a pause that an earlier process left', () => {
  it('lets one run try at once when its time was over before the start', async () => {
    const { switches } = await restored(NOW - 1);

    const admitted = [switches.admits(task, 'first'), switches.admits(task, 'second')];

    expect(admitted).toEqual([true, false]);
  });

  it('lets one run try when its time is over', async () => {
    const { switches, clock } = await restored(NOW + 5_000);

    const before = switches.admits(task, 'early');
    clock.advance(NOW + 5_000);

    expect([before, switches.admits(task, 'first')]).toEqual([false, true]);
  });

  it('lets none try when somebody has to resume it', async () => {
    const { switches, clock } = await restored(null);

    clock.advance(NOW + 86_400_000);

    expect(switches.admits(task, 'any')).toBe(false);
  });
});
