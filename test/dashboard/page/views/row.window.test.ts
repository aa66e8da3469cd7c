import { describe, expect, it } from 'vitest';
import { rowsInView } from '../../../../lib/dashboard/page/views/row.window.js';

describe('the rows in view', () => {
  it('are a screen of them and a few around it', () => {
    expect(rowsInView({ top: 6_400, height: 640, rowPx: 64 }, 500)).toEqual({
      first: 92,
      last: 118,
      above: 92 * 64,
      below: 382 * 64,
    });
  });

  it.each([-10_000, 0, 3_000, 31_000, 1_000_000])('take as much room as all of them at %d', top => {
    const { first, last, above, below } = rowsInView({ top, height: 800, rowPx: 64 }, 500);

    expect(above + below + (last - first) * 64).toBe(500 * 64);
  });

  it('are all of a short list', () => {
    expect(rowsInView({ top: -300, height: 900, rowPx: 64 }, 3)).toEqual({
      first: 0,
      last: 3,
      above: 0,
      below: 0,
    });
  });
});
