import type { NextView, TaskView } from '../../api.views.js';
import { Answer } from '../parts/answer.js';
import { Empty } from '../parts/empty.js';
import { Panel } from '../parts/panel.js';
import { Exactly, When } from '../parts/when.js';
import { useResource } from '../use.resource.js';
import { taskPath } from '../task.path.js';

/** The next ten instants, with what the clocks do to them. */
export function TaskNext({ task: { name, nextAt, paused } }: { task: TaskView }) {
  const next = useResource<NextView>({
    key: `next:${name}:${nextAt}`,
    path: () => `${taskPath(name)}/next?count=10`,
    changes: ({ type }) => type === 'tasks',
  });
  return (
    <Panel title="Next runs">
      <Answer from={next} lines={5}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="Nothing is due">
              {paused === null ? 'It runs by hand only, or never again.' : 'It is paused.'}
            </Empty>
          ) : (
            <ol class="next-runs">
              {items.map(({ at, local, zone, note }) => (
                <li key={at}>
                  <Exactly at={at} text={`${local}`} />
                  <span class="hint zone">{zone}</span>
                  <When at={at} />
                  {note !== null && <span class="next-note">{note}</span>}
                </li>
              ))}
            </ol>
          )
        }
      </Answer>
    </Panel>
  );
}
