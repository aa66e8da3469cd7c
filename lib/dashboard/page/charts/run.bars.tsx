import type { RunMark } from '../../api.views.js';
import { kindOf, MARK_WORDS } from '../outcome.words.js';
import { AsTable } from '../parts/as.table.js';
import { Shape } from '../parts/shape.js';
import { hrefOfRun } from '../router.js';
import { absolute, duration } from '../time.js';
import { useWidth } from '../use.width.js';
import { durationTicks, linear } from './scale.js';
import { useTip } from './use.tip.js';

const HEIGHT = 168;
const LEFT = 58;
const TOP = 10;
const NAME_PX = 14;

interface RunBarsProps {
  readonly caption: string;
  readonly runs: readonly RunMark[];
  /** In ms; `null` = this run has none. */
  readonly valueOf: (run: RunMark) => number | null;
  /** The lowest first. */
  readonly lines?: readonly { readonly name: string; readonly value: number }[];
}

/** A bar for each run, the oldest first, by a duration of it. */
export function RunBars({ caption, runs, valueOf, lines = [] }: RunBarsProps) {
  const { ref, width } = useWidth();
  const { shown, setTip, hide } = useTip(width);
  const points = runs.flatMap(run => {
    const value = valueOf(run);
    return value === null ? [] : [{ run, value }];
  });
  const ticks = durationTicks(Math.max(1, ...points.map(({ value }) => value)));
  const y = linear([0, ticks.at(-1)!], [HEIGHT - 6, TOP]);
  /** The name of a line stands above it, or below it where the next one has its own. */
  const isCrowded = (i: number) =>
    lines[i + 1] !== undefined && y(lines[i]!.value) - y(lines[i + 1]!.value) < NAME_PX;
  const step = (width - LEFT) / Math.max(30, points.length);
  const at = (event: MouseEvent) => {
    const left = (event.currentTarget as Element).getBoundingClientRect().left;
    return points[Math.floor((event.clientX - left - LEFT) / step)];
  };
  const point = (event: MouseEvent) => {
    const found = at(event);
    if (found === undefined) return hide();
    const { run, value } = found;
    const content = (
      <>
        <strong>{duration(value)}</strong>
        <span>{MARK_WORDS[kindOf(run)]}</span>
        <span>{absolute(run.dueAt)}</span>
      </>
    );
    setTip({ x: LEFT + (points.indexOf(found) + 0.5) * step, y: y(value), content });
  };
  const follow = (event: MouseEvent) => {
    const found = at(event);
    if (found !== undefined) location.hash = hrefOfRun(found.run.id);
  };
  return (
    <div class="chart">
      <div ref={ref} class="lane-box" onMouseMove={point} onMouseLeave={hide} onClick={follow}>
        {width > 0 && (
          <svg width={width} height={HEIGHT} aria-hidden="true">
            {ticks.map(tick => (
              <g key={tick}>
                <line class="grid" x1={LEFT} x2={width} y1={y(tick)} y2={y(tick)} />
                <text class="axis-text" x={LEFT - 8} y={y(tick) + 3.5} text-anchor="end">
                  {tick === 0 ? '0' : duration(tick)}
                </text>
              </g>
            ))}
            {points.map(({ run, value }, i) => (
              <Bar key={run.id} run={run} x={LEFT + i * step} width={step} y={y(value)} />
            ))}
            {lines.map(({ name, value }, i) => (
              <g key={name}>
                <line class="mean-line" x1={LEFT} x2={width} y1={y(value)} y2={y(value)} />
                <text
                  class="mean-text"
                  x={width - 2}
                  y={y(value) + (isCrowded(i) ? 12 : -4)}
                  text-anchor="end"
                >
                  {name}
                </text>
              </g>
            ))}
          </svg>
        )}
        {shown}
      </div>
      <AsTable
        caption={caption}
        head={['Due', 'Outcome', caption]}
        rows={() =>
          points
            .toReversed()
            .map(({ run, value }) => [
              <a href={hrefOfRun(run.id)}>{absolute(run.dueAt)}</a>,
              MARK_WORDS[kindOf(run)],
              duration(value),
            ])
        }
      />
    </div>
  );
}

function Bar({ run, x, width, y }: { run: RunMark; x: number; width: number; y: number }) {
  const kind = kindOf(run);
  const gap = Math.min(2, width * 0.25);
  const barWidth = Math.min(14, width - gap);
  const top = Math.min(y, HEIGHT - 8);
  return (
    <g>
      <rect
        class={`col is-${kind}`}
        x={x + (width - barWidth) / 2}
        width={barWidth}
        y={top}
        height={HEIGHT - 6 - top}
        rx={1.5}
      />
      {kind !== 'success' && <Shape kind={kind} x={x + width / 2} y={Math.max(5, top - 6)} size={3} />}
    </g>
  );
}
