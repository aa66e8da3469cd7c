import type { ScheduleView } from '../../api.views.js';

/** One minute of one of the hours to come. */
export interface HeatCell {
  readonly row: number;
  /** From 0 to 59. */
  readonly column: number;
  readonly count: number;
  /** From 1, as few as ever, to 5, as many as ever. */
  readonly level: number;
}

export interface HeatMap {
  readonly rows: readonly {
    readonly at: number;
    readonly count: number;
    readonly busiest: HeatCell | null;
  }[];
  /** Those with any run. */
  readonly cells: readonly HeatCell[];
  readonly most: number;
}

const HOUR = 3_600_000;
const MINUTE = 60_000;
const ROWS = 24;
const LEVELS = 5;

/** The runs of each minute of 24 hours, which begin where the schedule does. */
export function heatMap({ from, stepMs, counts }: Pick<ScheduleView, 'from' | 'stepMs' | 'counts'>): HeatMap {
  const minutes = Array.from({ length: ROWS * 60 }, () => 0);
  counts.forEach((count, i) => {
    const minute = Math.floor((i * stepMs) / MINUTE);
    if (minute < minutes.length) minutes[minute]! += count;
  });
  const most = Math.max(0, ...minutes);
  const least = Math.min(...minutes.filter(count => count > 0));
  const cells = minutes.flatMap((count, i): readonly HeatCell[] =>
    count === 0
      ? []
      : [{ row: Math.floor(i / 60), column: i % 60, count, level: levelOf(count, least, most) }],
  );
  const rows = Array.from({ length: ROWS }, (_, row) => {
    const own = cells.filter(cell => cell.row === row);
    const busiest = own.reduce<HeatCell | null>((a, b) => (a === null || b.count > a.count ? b : a), null);
    return { at: from + row * HOUR, count: own.reduce((sum, { count }) => sum + count, 0), busiest };
  });
  return { rows, cells, most };
}

/**
 * From the quietest minute to the busiest: what is due every minute is the ground, and stays pale. By the square root,
 * so that one busy minute does not make all others look alike.
 */
function levelOf(count: number, least: number, most: number): number {
  return most === least ? 1 : 1 + Math.round((LEVELS - 1) * Math.sqrt((count - least) / (most - least)));
}
