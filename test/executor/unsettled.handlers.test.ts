import { describe, expect, it } from 'vitest';
import { UnsettledHandlers } from '../../lib/executor/unsettled.handlers.js';

describe('UnsettledHandlers', () => {
  it('counts by task, and forgets a task whose handlers have all settled', () => {
    const unsettled = new UnsettledHandlers();
    for (const name of ['a', 'b', 'a']) unsettled.add(name, `${name}@1`);

    const before = unsettled.list();
    for (const name of ['a', 'b']) unsettled.remove(name, `${name}@1`);

    expect(before).toEqual([
      { taskName: 'a', handlers: 2 },
      { taskName: 'b', handlers: 1 },
    ]);
    expect(unsettled.list()).toEqual([{ taskName: 'a', handlers: 1 }]);
  });

  it('knows the runs, and keeps 1,000 of them', () => {
    const unsettled = new UnsettledHandlers();
    for (let i = 0; i < 1_001; i++) unsettled.add('a', `a@${i}`);

    unsettled.remove('a', 'a@0');
    unsettled.remove('a', 'a@1000');

    expect([...unsettled.runIds()]).toEqual(Array.from({ length: 999 }, (_, i) => `a@${i + 1}`));
    expect(unsettled.list()).toEqual([{ taskName: 'a', handlers: 999 }]);
  });
});
