import type { RunView } from '../../api.views.js';
import { MARK_WORDS } from '../outcome.words.js';
import { AsTable } from '../parts/as.table.js';
import { Shape } from '../parts/shape.js';
import { absolute, duration } from '../time.js';
import { useWidth } from '../use.width.js';
import { linear } from './scale.js';
import { stretchesOf, type Stretch } from './waterfall.geometry.js';

const ROW = 30;

/** A run's life from its due instant on: waits and attempts, one below another. */
export function Waterfall({ run, now }: { run: RunView; now: number }) {
  const { ref, width } = useWidth();
  const stretches = stretchesOf(run, now);
  const from = stretches[0]?.from ?? run.dueAt;
  const to = Math.max(from + 1, stretches.at(-1)?.to ?? from);
  const x = linear([from, to], [0, Math.max(0, width - 18)]);
  return (
    <div class="waterfall">
      <div class="waterfall-row is-axis">
        <span class="hint">after due</span>
        <div ref={ref} class="waterfall-ends">
          <span>0</span>
          <span>{duration(to - from)}</span>
        </div>
        <span />
      </div>
      {stretches.map(stretch => (
        <div key={stretch.label} class="waterfall-row">
          <span class="waterfall-label">{stretch.label}</span>
          <StretchBar stretch={stretch} width={width} x={x} />
          <span class="number waterfall-took">{duration(stretch.to - stretch.from)}</span>
        </div>
      ))}
      <AsTable
        caption="Waits and attempts"
        head={['What', 'From', 'Took', 'Outcome']}
        rows={() => stretches.map(cellsOf)}
      />
    </div>
  );
}

function StretchBar({ stretch, width, x }: { stretch: Stretch; width: number; x: (at: number) => number }) {
  const { kind, from, to } = stretch;
  const x0 = x(from);
  const barWidth = Math.max(3, x(to) - x0);
  return (
    <svg class="waterfall-bar" width={width} height={ROW} aria-hidden="true">
      <line class="lane-line" x1={0} x2={width} y1={ROW / 2} y2={ROW / 2} />
      {kind === 'wait' ? (
        <line class="wait-line" x1={x0} x2={x0 + barWidth} y1={ROW / 2} y2={ROW / 2} />
      ) : (
        <>
          <rect
            class={`bar-mark is-strong is-${kind}`}
            x={x0}
            y={ROW / 2 - 7}
            width={barWidth}
            height={14}
            rx={3}
          />
          <Shape kind={kind} x={x0 + barWidth + 9} y={ROW / 2} size={4} />
        </>
      )}
    </svg>
  );
}

const cellsOf = ({ label, from, to, kind }: Stretch) => [
  label,
  absolute(from),
  duration(to - from),
  kind === 'wait' ? '–' : MARK_WORDS[kind],
];
