import { describe, expect, it } from 'vitest';
import { UnsettledHandlers } from '../../lib/executor/unsettled.handlers.js';

describe('UnsettledHandlers', () => {
  it('counts by task, and forgets a task whose handlers have all settled', () => {
    const unsettled = new UnsettledHandlers();
    for (const name of ['a', 'b', 'a']) unsettled.add(name);

    const before = unsettled.list();
    for (const name of ['a', 'b']) unsettled.remove(name);

    expect(before).toEqual([
      { taskName: 'a', handlers: 2 },
      { taskName: 'b', handlers: 1 },
    ]);
    expect(unsettled.list()).toEqual([{ taskName: 'a', handlers: 1 }]);
  });
});
