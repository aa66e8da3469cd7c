import type { RunMark } from '../../api.views.js';
import { memo } from '../parts/memo.js';
import { duration } from '../time.js';
import { linear } from './scale.js';

const WIDTH = 96;
const HEIGHT = 26;
const STEP = 4;
const BAR = 2.8;
const MOST = WIDTH / STEP;

/** The newest runs by how long they took; one that went wrong carries a dot. A path a colour: there are many rows. */
export const Sparkline = memo(function Sparkline({ recent }: { recent: readonly RunMark[] }) {
  const runs = recent.filter(({ outcome }) => outcome !== null && outcome !== 'skipped').slice(-MOST);
  if (runs.length === 0) return <span class="hint">–</span>;
  const longest = Math.max(1, ...runs.map(tookOf));
  const y = linear([0, longest], [1.5, HEIGHT - 6]);
  const columns = runs.map((run, i) => {
    const x = WIDTH - (runs.length - i) * STEP;
    const top = round(HEIGHT - y(tookOf(run)));
    const dot = run.outcome === 'success' ? '' : `M${x} ${top - 4.4}h${BAR}v${BAR}h${-BAR}z`;
    return { kind: run.outcome!, path: `M${x} ${HEIGHT}V${top}h${BAR}V${HEIGHT}z${dot}` };
  });
  return (
    <svg
      class="spark"
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={`The last ${runs.length} runs; the longest took ${duration(longest)}`}
    >
      {[...Map.groupBy(columns, ({ kind }) => kind)].map(([kind, own]) => (
        <path key={kind} class={`col is-${kind}`} d={own.map(({ path }) => path).join('')} />
      ))}
    </svg>
  );
});

const round = (y: number) => Math.round(y * 10) / 10;

const tookOf = ({ startedAt, endedAt }: RunMark) =>
  startedAt === null || endedAt === null ? 0 : endedAt - startedAt;
