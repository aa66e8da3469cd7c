import { memo } from '../parts/memo.js';
import { Shape } from '../parts/shape.js';
import { linear } from './scale.js';
import { ticksOf } from './time.axis.js';
import type { Frame, Streak } from './timeline.geometry.js';

export const LANE_PX = 30;
const MIDDLE = LANE_PX / 2;

interface LaneProps {
  readonly streaks: readonly Streak[];
  readonly frame: Frame;
  readonly nextAt: number | null;
}

/** One task's runs on its line. */
export const Lane = memo(function Lane({ streaks, frame, nextAt }: LaneProps) {
  const x = linear([frame.from, frame.to], [0, frame.width]);
  const nowX = x(frame.now);
  return (
    <svg class="lane" width={frame.width} height={LANE_PX} aria-hidden="true">
      {ticksOf(frame).map(at => (
        <line key={at} class="grid" x1={x(at)} x2={x(at)} y1={0} y2={LANE_PX} />
      ))}
      <line class="lane-line" x1={0} x2={nowX} y1={MIDDLE} y2={MIDDLE} />
      <line class="lane-line is-future" x1={nowX} x2={frame.width} y1={MIDDLE} y2={MIDDLE} />
      {streaks.map(streak => (
        <StreakMark key={`${streak.kind}:${streak.last.id}`} streak={streak} />
      ))}
      {nextAt !== null && nextAt >= frame.now && nextAt <= frame.to && (
        <circle class="lane-next" cx={x(nextAt)} cy={MIDDLE} r={3} />
      )}
      <line class="now-line" x1={nowX} x2={nowX} y1={0} y2={LANE_PX} />
    </svg>
  );
});

/** A bar as long as it took, and a shape that tells how it ended; skips lie below the line, retries are dots above. */
function StreakMark({ streak: { kind, x0, x1, retriedAt } }: { streak: Streak }) {
  const isLong = x1 - x0 > 6;
  const y = kind === 'skipped' ? MIDDLE + 8 : MIDDLE;
  const height = kind === 'skipped' ? 3 : 10;
  return (
    <g>
      {isLong && (
        <rect
          class={`bar-mark is-${kind}`}
          x={x0 - 2}
          width={x1 - x0 + 4}
          y={y - height / 2}
          height={height}
          rx={height / 2}
        />
      )}
      <Shape kind={kind} x={isLong ? x1 - 3 : (x0 + x1) / 2} y={y} size={kind === 'skipped' ? 3.6 : 4} />
      {spread(retriedAt).map(x => (
        <circle key={x} class="retry-dot" cx={isLong ? x - 3 : x} cy={4.5} r={1.8} />
      ))}
    </g>
  );
}

/** At most one dot each five pixels. */
function spread(all: readonly number[]): readonly number[] {
  return [...new Set(all.map(x => Math.round(x / 5) * 5))];
}
