import { setImmediate } from 'node:timers/promises';
import { Piscina } from 'piscina';
import { expect, it, onTestFinished, vi } from 'vitest';
import { STOP_HOOKS, StopHooks } from '../../lib/task/stop.hooks.js';
import { sharedPool } from '../../lib/worker/shared.pool.js';
import { sampleContext } from '../task/sample.context.js';

function contextOf(hooks: StopHooks) {
  return Object.assign(sampleContext(), { [STOP_HOOKS]: hooks });
}

it('a pool that could not be opened is forgotten: the next attempt opens another', async () => {
  const hooks = new StopHooks();
  const open = vi.fn(async () => new Piscina({ minThreads: 0 }));
  open.mockRejectedValueOnce(new Error('no memory'));
  const order = { key: 'crunch', owner: {}, open };

  await expect(sharedPool(contextOf(hooks), order)).rejects.toThrow('no memory');
  const pool = await sharedPool(contextOf(hooks), order);
  onTestFinished(() => pool.destroy());

  expect(await sharedPool(contextOf(hooks), order)).toBe(pool);
  expect(open).toHaveBeenCalledTimes(2);
});

it('a pool that fails to open while the scheduler stops is a warning, and no unhandled rejection', async () => {
  const hooks = new StopHooks();
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', note);
  onTestFinished(() => void process.off('unhandledRejection', note));
  const warned = new Promise<Error>(resolve => process.once('warning', resolve));
  const open = () => Promise.reject(new Error('no memory'));

  const opening = sharedPool(contextOf(hooks), { key: 'crunch', owner: {}, open });
  hooks.run();

  await expect(opening).rejects.toThrow('no memory');
  expect((await warned).message).toBe('Threads could not be ended: no memory');
  await setImmediate();
  expect(unhandled).toEqual([]);
});

it('a context without a scheduler has the pool of its task', async () => {
  const open = async () => new Piscina({ minThreads: 0 });
  const owner = {};

  const [pool, same, other] = await Promise.all([
    sharedPool(sampleContext(), { key: 'crunch', owner, open }),
    sharedPool(sampleContext(), { key: 'crunch', owner, open }),
    sharedPool(sampleContext(), { key: 'crunch', owner: {}, open }),
  ]);
  onTestFinished(async () => void (await Promise.all([pool.destroy(), other.destroy()])));

  expect(same).toBe(pool);
  expect(other).not.toBe(pool);
});
