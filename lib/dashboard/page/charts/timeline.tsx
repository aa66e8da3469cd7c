import { useMemo, useState } from 'preact/hooks';
import type { RunMark, TaskView } from '../../api.views.js';
import { CAUSE_WORDS, kindOf, MARK_WORDS } from '../outcome.words.js';
import { AsTable } from '../parts/as.table.js';
import { hrefOfRun, hrefOfTask } from '../router.js';
import { isFailure } from '../task.status.js';
import { absolute, clockSeconds, duration } from '../time.js';
import { useWidth } from '../use.width.js';
import { Lane, LANE_PX } from './lane.js';
import { Legend } from './legend.js';
import { TimeAxis } from './time.axis.js';
import { placeRuns, streakAt, type Frame, type Streak } from './timeline.geometry.js';
import { useTip } from './use.tip.js';

const FEW = 24;
/** How much of the picture lies ahead of now. */
const AHEAD = 0.06;
const REACH_PX = 7;

interface TimelineProps {
  readonly tasks: readonly TaskView[];
  readonly runs: ReadonlyMap<string, readonly RunMark[]>;
  readonly rangeMs: number;
  readonly now: number;
}

/** One lane a task, from so long ago until shortly ahead. */
export function Timeline({ tasks, runs, rangeMs, now }: TimelineProps) {
  const { ref, width } = useWidth();
  const [showsAll, setShowsAll] = useState(false);
  const frame = useFrame({ rangeMs, now, width });
  const lanes = useMemo(() => ordered(tasks, runs), [tasks, runs]);
  const shown = showsAll ? lanes : lanes.slice(0, FEW);
  return (
    <div class="timeline">
      <div class="lane-row is-axis">
        <span />
        <div ref={ref} class="lane-box">
          {width > 0 && <TimeAxis frame={frame} />}
        </div>
      </div>
      {width > 0 &&
        shown.map(task => (
          <LaneRow key={task.name} task={task} runs={runs.get(task.name) ?? NONE} frame={frame} />
        ))}
      {lanes.length > FEW && (
        <button type="button" class="button is-quiet" onClick={() => setShowsAll(!showsAll)}>
          {showsAll ? `Show the first ${FEW} only` : `Show all ${lanes.length} tasks`}
        </button>
      )}
      <Legend />
      <AsTable
        caption="Runs in this range"
        head={['Task', 'Due', 'Outcome', 'Took', 'Attempts']}
        rows={() => tableOf(shown, runs)}
      />
    </div>
  );
}

const NONE: readonly RunMark[] = [];

/** Moves on only when a pixel's worth of time has passed, so that lanes need not be drawn for nothing. */
function useFrame({ rangeMs, now, width }: { rangeMs: number; now: number; width: number }): Frame {
  const stepMs = Math.max(1_000, rangeMs / Math.max(1, width));
  const steady = Math.ceil(now / stepMs) * stepMs;
  return useMemo(
    () => ({ from: steady - rangeMs, to: steady + rangeMs * AHEAD, width, now: steady }),
    [steady, rangeMs, width],
  );
}

function LaneRow({ task, runs, frame }: { task: TaskView; runs: readonly RunMark[]; frame: Frame }) {
  const streaks = useMemo(() => placeRuns(runs, frame), [runs, frame]);
  const { shown, setTip, hide } = useTip(frame.width);
  const near = (event: MouseEvent) => {
    const box = event.currentTarget as HTMLElement;
    return streakAt(streaks, event.clientX - box.getBoundingClientRect().left, REACH_PX);
  };
  const point = (event: MouseEvent) => {
    const streak = near(event);
    if (streak === null) hide();
    else
      setTip({ x: (Math.max(streak.x0, streak.x1 - 4) + streak.x1) / 2, y: LANE_PX, content: tipOf(streak) });
  };
  const follow = (event: MouseEvent) => {
    const streak = near(event);
    if (streak !== null) location.hash = hrefOfRun(streak.last.id);
  };
  return (
    <div class="lane-row">
      <a class="lane-name" href={hrefOfTask(task.name)} title={task.name}>
        {task.name}
      </a>
      <div class="lane-box" onMouseMove={point} onMouseLeave={hide} onClick={follow}>
        <Lane streaks={streaks} frame={frame} nextAt={task.nextAt} />
        {shown}
      </div>
    </div>
  );
}

function tipOf({ kind, count, last, from, to, retriedAt }: Streak) {
  const took =
    last.startedAt !== null && last.endedAt !== null ? duration(last.endedAt - last.startedAt) : null;
  return (
    <>
      <strong>
        {MARK_WORDS[kind]}
        {count > 1 && ` × ${count}`}
      </strong>
      <span>{count > 1 ? `${clockSeconds(from)} – ${clockSeconds(to)}` : absolute(last.dueAt)}</span>
      {count === 1 && took !== null && (
        <span>
          {took}, {CAUSE_WORDS[last.cause]}
        </span>
      )}
      {retriedAt.length > 0 && (
        <span>{count === 1 ? `${last.attempts} attempts` : `${retriedAt.length} retried`}</span>
      )}
    </>
  );
}

/** In order of creation; where that would hide trouble, trouble comes first. */
function ordered(
  tasks: readonly TaskView[],
  runs: ReadonlyMap<string, readonly RunMark[]>,
): readonly TaskView[] {
  if (tasks.length <= FEW) return tasks;
  const rank = ({ name }: TaskView) => {
    const own = runs.get(name);
    if (own === undefined) return 2;
    return own.some(({ outcome }) => isFailure(outcome)) ? 0 : 1;
  };
  return tasks.toSorted((a, b) => rank(a) - rank(b));
}

const MOST_ROWS = 500;

function tableOf(tasks: readonly TaskView[], runs: ReadonlyMap<string, readonly RunMark[]>) {
  return tasks
    .flatMap(({ name }) => runs.get(name) ?? NONE)
    .toSorted((a, b) => b.dueAt - a.dueAt)
    .slice(0, MOST_ROWS)
    .map(run => [
      <a href={hrefOfRun(run.id)}>{run.task}</a>,
      absolute(run.dueAt),
      `${MARK_WORDS[kindOf(run)]}${run.count > 1 ? ` × ${run.count}` : ''}`,
      run.startedAt !== null && run.endedAt !== null ? duration(run.endedAt - run.startedAt) : '–',
      String(run.attempts),
    ]);
}
