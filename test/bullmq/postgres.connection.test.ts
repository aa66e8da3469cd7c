import { Pool } from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { newPool, postgresConnectionOf } from '../../lib/bullmq/postgres.connection.js';
import { InvalidOptionError } from '../../lib/errors.js';

it('a pool of the engine’s own looks for BullMQ’s tables, whatever else its options say', async () => {
  const pools = await Promise.all([
    newPool({}, 'here'),
    newPool({ options: '-c work_mem=8MB' } as never, 'here'),
  ]);
  onTestFinished(() => void Promise.all(pools.map(pool => pool.end())));

  const options = pools.map(pool => (pool as unknown as { options: { options: string } }).options.options);
  expect(options).toEqual(['-c search_path=bullmq', '-c work_mem=8MB -c search_path=bullmq']);
});

it('a pool may be given as it is, when it has clients enough; pg gives it ten', async () => {
  const [small, usual] = [new Pool({ max: 2 }), new Pool()];
  onTestFinished(() => void Promise.all([small.end(), usual.end()]));
  const like = { connect: () => undefined, query: () => undefined };

  expect(() => postgresConnectionOf(small, 'here')).toThrow(InvalidOptionError);
  for (const pool of [usual, like, {}]) expect(postgresConnectionOf(pool, 'here')).toBe(pool);
});
