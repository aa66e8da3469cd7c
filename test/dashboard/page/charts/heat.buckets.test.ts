import { describe, expect, it } from 'vitest';
import { heatMap } from '../../../../lib/dashboard/page/charts/heat.buckets.js';

const FROM = Date.UTC(2026, 0, 1);
const minutes = (counts: Readonly<Record<number, number>>) =>
  Array.from({ length: 1_440 }, (_, minute) => counts[minute] ?? 0);

describe('the heat map', () => {
  it('puts each minute in the row of its hour', () => {
    const { cells } = heatMap({ from: FROM, stepMs: 60_000, counts: minutes({ 0: 1, 61: 2, 1_439: 3 }) });

    expect(cells.map(({ row, column, count }) => [row, column, count])).toEqual([
      [0, 0, 1],
      [1, 1, 2],
      [23, 59, 3],
    ]);
  });

  it('adds up steps shorter than a minute', () => {
    const { cells } = heatMap({ from: FROM, stepMs: 20_000, counts: [1, 2, 3, 4] });

    expect(cells.map(({ column, count }) => [column, count])).toEqual([
      [0, 6],
      [1, 4],
    ]);
  });

  it('leaves out what comes after 24 hours', () => {
    expect(
      heatMap({ from: FROM, stepMs: 3_600_000, counts: Array.from({ length: 25 }, () => 1) }).cells,
    ).toHaveLength(24);
  });

  it('keeps pale what is due every minute, and marks the busiest', () => {
    const counts = minutes({ 30: 12 }).map(count => count + 6);

    const levels = heatMap({ from: FROM, stepMs: 60_000, counts }).cells.map(({ level }) => level);

    expect([levels[0], levels[30], levels[31]]).toEqual([1, 5, 1]);
  });

  it('knows the busiest minute of each hour', () => {
    const { rows } = heatMap({ from: FROM, stepMs: 60_000, counts: minutes({ 60: 1, 75: 4 }) });

    expect(rows[0]).toEqual({ at: FROM, count: 0, busiest: null });
    expect(rows[1]).toMatchObject({ at: FROM + 3_600_000, count: 5, busiest: { column: 15, count: 4 } });
  });

  it('is empty when nothing is due', () => {
    expect(heatMap({ from: FROM, stepMs: 60_000, counts: [] })).toMatchObject({ cells: [], most: 0 });
  });
});
