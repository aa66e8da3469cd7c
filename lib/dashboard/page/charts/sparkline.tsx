import type { RunMark } from '../../api.views.js';
import { memo } from '../parts/memo.js';
import { duration } from '../time.js';
import { linear } from './scale.js';

const WIDTH = 96;
const HEIGHT = 26;
const STEP = 4;
const MOST = WIDTH / STEP;

/** The newest runs by how long they took; one that went wrong carries a dot. */
export const Sparkline = memo(function Sparkline({ recent }: { recent: readonly RunMark[] }) {
  const runs = recent.filter(({ outcome }) => outcome !== null && outcome !== 'skipped').slice(-MOST);
  if (runs.length === 0) return <span class="hint">–</span>;
  const longest = Math.max(1, ...runs.map(tookOf));
  const y = linear([0, longest], [1.5, HEIGHT - 6]);
  return (
    <svg
      class="spark"
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={`The last ${runs.length} runs; the longest took ${duration(longest)}`}
    >
      {runs.map((run, i) => {
        const x = WIDTH - (runs.length - i) * STEP;
        const height = y(tookOf(run));
        return (
          <g key={run.id}>
            <rect
              class={`col is-${run.outcome}`}
              x={x}
              y={HEIGHT - height}
              width={STEP - 1.2}
              height={height}
              rx={1}
            />
            {run.outcome !== 'success' && (
              <circle
                class={`col is-${run.outcome}`}
                cx={x + (STEP - 1.2) / 2}
                cy={HEIGHT - height - 3}
                r={1.6}
              />
            )}
          </g>
        );
      })}
    </svg>
  );
});

const tookOf = ({ startedAt, endedAt }: RunMark) =>
  startedAt === null || endedAt === null ? 0 : endedAt - startedAt;
