import { useMemo } from 'preact/hooks';
import type { ScheduleView } from '../../api.views.js';
import { AsTable } from '../parts/as.table.js';
import { clockTime } from '../time.js';
import { useWidth } from '../use.width.js';
import { heatMap, type HeatCell, type HeatMap as Minutes } from './heat.buckets.js';
import { useTip } from './use.tip.js';

const LABEL_PX = 44;
const ROW_PX = 13;
const MINUTE = 60_000;
const HOUR = 3_600_000;

/** The next 24 hours, a row an hour, a column a minute: what is dark is crowded. */
export function HeatMap({ schedule }: { schedule: ScheduleView }) {
  const { ref, width } = useWidth();
  const map = useMemo(() => heatMap(schedule), [schedule]);
  const { shown, setTip, hide } = useTip(width);
  const cellPx = Math.max(0, (width - LABEL_PX) / 60);
  const point = (event: MouseEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const column = Math.floor((event.clientX - box.left - LABEL_PX) / cellPx);
    const row = Math.floor((event.clientY - box.top) / ROW_PX);
    const cell = map.cells.find(cell => cell.row === row && cell.column === column);
    if (cell === undefined) return hide();
    const at = schedule.from + row * HOUR + column * MINUTE;
    const content = (
      <>
        <strong>{clockTime(at)}</strong>
        <span>{runs(cell.count)} due</span>
      </>
    );
    setTip({ x: LABEL_PX + (column + 0.5) * cellPx, y: (row + 1) * ROW_PX, content });
  };
  return (
    <div class="heat">
      <div ref={ref} class="lane-box" onMouseMove={point} onMouseLeave={hide}>
        {width > 0 && <Cells map={map} width={width} cellPx={cellPx} />}
        {shown}
      </div>
      <MinuteAxis cellPx={cellPx} width={width} />
      <AsTable
        caption="Runs due in each hour to come"
        head={['Hour', 'Runs due', 'Busiest minute']}
        rows={() => map.rows.map(row => [clockTime(row.at), String(row.count), busiest(row)])}
      />
    </div>
  );
}

function Cells({ map, width, cellPx }: { map: Minutes; width: number; cellPx: number }) {
  return (
    <svg width={width} height={map.rows.length * ROW_PX} aria-hidden="true">
      {map.rows.map(({ at }, row) => (
        <g key={at}>
          <rect
            class="heat-row"
            x={LABEL_PX}
            y={row * ROW_PX + 1}
            width={width - LABEL_PX}
            height={ROW_PX - 2}
            rx={2}
          />
          {row % 3 === 0 && (
            <text class="axis-text" x={LABEL_PX - 8} y={row * ROW_PX + 10} text-anchor="end">
              {clockTime(at)}
            </text>
          )}
        </g>
      ))}
      {[...Map.groupBy(map.cells, ({ level }) => level)].map(([level, cells]) => (
        <path
          key={level}
          class={`heat-cell is-${level}`}
          d={cells.map(cell => outline(cell, cellPx)).join('')}
        />
      ))}
    </svg>
  );
}

/** A path a level, for 1,440 rectangles take long. */
function outline({ row, column }: HeatCell, cellPx: number): string {
  const x = round(LABEL_PX + column * cellPx + 0.5);
  const width = round(Math.max(1, cellPx - 1));
  return `M${x} ${row * ROW_PX + 1}h${width}v${ROW_PX - 2}h${-width}z`;
}

const round = (x: number) => Math.round(x * 10) / 10;

function MinuteAxis({ cellPx, width }: { cellPx: number; width: number }) {
  return (
    <svg class="axis" width={width} height={18} aria-hidden="true">
      {[0, 15, 30, 45].map(minute => (
        <text key={minute} x={LABEL_PX + minute * cellPx} y={13}>
          :{String(minute).padStart(2, '0')}
        </text>
      ))}
    </svg>
  );
}

function busiest({ at, busiest }: Minutes['rows'][number]): string {
  return busiest === null ? '–' : `${clockTime(at + busiest.column * MINUTE)} (${runs(busiest.count)})`;
}

const runs = (count: number) => `${count} ${count === 1 ? 'run' : 'runs'}`;
