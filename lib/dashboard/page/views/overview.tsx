import { useMemo, useState } from 'preact/hooks';
import type { TaskView } from '../../api.views.js';
import { useApp } from '../app.context.js';
import { Timeline } from '../charts/timeline.js';
import { byTask } from '../charts/run.changes.js';
import { useRuns } from '../charts/use.runs.js';
import { Answer } from '../parts/answer.js';
import { Empty } from '../parts/empty.js';
import { Panel } from '../parts/panel.js';
import { Segments } from '../parts/segments.js';
import { When } from '../parts/when.js';
import { useNow } from '../use.now.js';
import { Ahead } from './ahead.js';
import { Counters } from './counters.js';
import { Failures } from './failures.js';
import { NoTasks } from './no.tasks.js';
import { PageHead } from './page.head.js';
import { useTasks } from './use.tasks.js';

const MINUTE = 60_000;
const RANGES = [
  { value: 15 * MINUTE, label: '15 min' },
  { value: 60 * MINUTE, label: '1 h' },
  { value: 360 * MINUTE, label: '6 h' },
  { value: 1_440 * MINUTE, label: '24 h' },
] as const;

export function Overview() {
  const tasks = useTasks();
  return (
    <>
      <PageHead title="Overview" />
      <Answer from={tasks} lines={8}>
        {({ items, now }) =>
          items.length === 0 ? (
            <NoTasks />
          ) : (
            <>
              <Counters tasks={items} now={now} />
              <Failures tasks={items} now={now} />
              <Recent tasks={items} />
              <Ahead />
            </>
          )
        }
      </Answer>
    </>
  );
}

function Recent({ tasks }: { tasks: readonly TaskView[] }) {
  const { clock } = useApp();
  const [rangeMs, setRangeMs] = useState<number>(() => firstRange(tasks, clock.now()));
  const { answer, changes } = useRuns(rangeMs);
  const now = useNow();
  const items = answer.value?.items;
  const runs = useMemo(() => byTask(items ?? [], changes), [items, changes]);
  const tools = <Segments name="Range" options={RANGES} value={rangeMs} onChange={setRangeMs} />;
  const cut = answer.value?.cut.length ?? 0;
  return (
    <Panel title="Runs" tools={tools}>
      <Answer from={answer} lines={6}>
        {() =>
          runs.size === 0 ? (
            <Quiet tasks={tasks} />
          ) : (
            <>
              <Timeline tasks={tasks} runs={runs} rangeMs={rangeMs} now={now} />
              {cut > 0 && (
                <p class="hint">
                  Of {cut === 1 ? 'one task' : `${cut} tasks`} only the newest runs are shown.
                </p>
              )}
            </>
          )
        }
      </Answer>
    </Panel>
  );
}

/** An hour, or less while there is not even that much to show. */
function firstRange(tasks: readonly TaskView[], now: number): number {
  const oldest = Math.min(...tasks.map(({ stats }) => stats.recent[0]?.dueAt ?? now));
  return oldest > now - RANGES[0].value ? RANGES[0].value : RANGES[1].value;
}

/** Says when something will happen. */
function Quiet({ tasks }: { tasks: readonly TaskView[] }) {
  const next = tasks
    .filter(({ nextAt }) => nextAt !== null)
    .toSorted((a, b) => a.nextAt! - b.nextAt!)
    .at(0);
  return (
    <Empty title="No task has run in this time">
      {next === undefined ? (
        'Nothing is due.'
      ) : (
        <>
          Next: {next.name}, <When at={next.nextAt!} />
        </>
      )}
    </Empty>
  );
}
