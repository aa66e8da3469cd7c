import { clockTime } from '../time.js';
import type { Frame } from './timeline.geometry.js';
import { linear, localOffsetMs, timeTicks } from './scale.js';

const LEAST_PX = 58;

export const ticksOf = ({ from, to, width }: Frame): readonly number[] =>
  timeTicks(from, to, Math.max(2, width / LEAST_PX), localOffsetMs(to));

/** The clock times below a timeline. */
export function TimeAxis({ frame }: { frame: Frame }) {
  const x = linear([frame.from, frame.to], [0, frame.width]);
  const nowX = x(frame.now);
  return (
    <svg class="axis" width={frame.width} height={20} aria-hidden="true">
      {ticksOf(frame).map(at => {
        const isInside = x(at) > 18 && x(at) < frame.width - 18 && Math.abs(x(at) - nowX) > 34;
        return (
          isInside && (
            <text key={at} x={x(at)} y={14} text-anchor="middle">
              {clockTime(at)}
            </text>
          )
        );
      })}
      <text class="axis-now" x={Math.min(nowX, frame.width - 14)} y={14} text-anchor="middle">
        now
      </text>
    </svg>
  );
}
