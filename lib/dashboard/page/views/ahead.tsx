import type { ScheduleView } from '../../api.views.js';
import { useApp } from '../app.context.js';
import { HeatMap } from '../charts/heat.map.js';
import { localOffsetMs } from '../charts/scale.js';
import { Answer } from '../parts/answer.js';
import { Empty } from '../parts/empty.js';
import { Panel } from '../parts/panel.js';
import { Exactly } from '../parts/when.js';
import { hrefOfTask } from '../router.js';
import { clockSeconds } from '../time.js';
import { useNow } from '../use.now.js';
import { useResource } from '../use.resource.js';

const HOUR = 3_600_000;
const SHOWN = 5;

/** What is due in the next 24 hours, and where it crowds. */
export function Ahead() {
  const hour = startOfHour(useNow(60_000));
  const { clock } = useApp();
  const schedule = useResource<ScheduleView>({
    key: `schedule:${hour}`,
    path: () => {
      const from = startOfHour(clock.now());
      return `schedule?from=${from}&to=${from + 24 * HOUR}`;
    },
    changes: ({ type }) => type === 'tasks',
  });
  return (
    <Panel title="Next 24 hours" hint="A row an hour, a column a minute: the stronger, the more are due.">
      <Answer from={schedule} lines={8}>
        {view =>
          view.counts.every(count => count === 0) ? (
            <Empty title="Nothing is due in the next 24 hours" />
          ) : (
            <div class={view.peaks.length > 0 ? 'two-columns' : ''}>
              <HeatMap schedule={view} />
              <Peaks peaks={view.peaks} />
            </div>
          )
        }
      </Answer>
    </Panel>
  );
}

function Peaks({ peaks }: { peaks: ScheduleView['peaks'] }) {
  if (peaks.length === 0)
    return <p class="hint">Nothing collides, apart from what runs every few minutes anyway.</p>;
  return (
    <div>
      <h3>Due at one instant</h3>
      <ul class="peaks">
        {peaks.slice(0, SHOWN).map(({ at, count, tasks }) => (
          <li key={at}>
            <Exactly at={at} text={clockSeconds(at)} />
            <span class="peak-count">{count} tasks</span>
            <span class="peak-tasks">
              {tasks.slice(0, 3).map((name, i) => (
                <>
                  {i > 0 && ', '}
                  <a href={hrefOfTask(name)}>{name}</a>
                </>
              ))}
              {count > 3 && ` and ${count - Math.min(3, tasks.length)} more`}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Of the browser's clock, so that the rows begin where its hours do. */
function startOfHour(at: number): number {
  const offset = localOffsetMs(at);
  return Math.floor((at + offset) / HOUR) * HOUR - offset;
}
