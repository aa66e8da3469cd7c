import type { NodeView, SchedulerView } from '../../api.views.js';
import { MARK_KINDS, REASON_NAMES } from '../outcome.words.js';
import { Answer } from '../parts/answer.js';
import { Empty } from '../parts/empty.js';
import { IconCheck } from '../parts/icons.js';
import { OutcomeKind } from '../parts/outcome.js';
import { Panel } from '../parts/panel.js';
import { When } from '../parts/when.js';
import { duration } from '../time.js';
import { useResource } from '../use.resource.js';
import { PageHead } from './page.head.js';
import { ShareBars } from './share.bars.js';

export function SchedulerPage() {
  const scheduler = useResource<SchedulerView>({
    key: 'scheduler',
    changes: ({ type }) => type === 'scheduler' || type === 'run' || type === 'heartbeat',
  });
  return (
    <>
      <PageHead title="Scheduler" />
      <Answer from={scheduler} lines={8}>
        {view => (
          <>
            <Account view={view} />
            <div class="two-columns is-even">
              <Outcomes view={view} />
              <Skips view={view} />
            </div>
            <EventLoop view={view} />
            <Nodes view={view} />
          </>
        )}
      </Answer>
    </>
  );
}

/** The promise of the scheduler, counted. */
function Account({ view }: { view: SchedulerView }) {
  const { unaccounted, due, going, others, isRunning, since } = view;
  const isGood = unaccounted === 0;
  return (
    <section class={`account ${isGood ? 'is-good' : 'is-bad'}`} aria-label="Account">
      <div class="account-sign">{isGood ? <IconCheck /> : <strong>!</strong>}</div>
      <div class="account-text">
        <p class="account-title">
          {isGood
            ? 'Every due instant is accounted for'
            : `${unaccounted} due ${unaccounted === 1 ? 'instant has' : 'instants have'} no outcome`}
        </p>
        <p class="hint">
          {isRunning ? 'The scheduler is running' : 'The scheduler is not running'}; counted since{' '}
          <When at={since} />.
        </p>
      </div>
      <dl class="account-figures">
        <Figure name="Due" value={due} />
        <Figure name="Going on" value={going} />
        <Figure name="By hand" value={others} />
        <Figure name="Unaccounted" value={unaccounted} />
      </dl>
    </section>
  );
}

function Figure({ name, value }: { name: string; value: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value.toLocaleString('en-GB')}</dd>
    </div>
  );
}

function Outcomes({ view }: { view: SchedulerView }) {
  const bars = MARK_KINDS.filter(
    (kind): kind is keyof SchedulerView['outcomes'] => kind in view.outcomes,
  ).map(kind => ({ key: kind, kind, label: <OutcomeKind kind={kind} />, value: view.outcomes[kind] }));
  return (
    <Panel title="Outcomes">
      <ShareBars bars={bars} />
    </Panel>
  );
}

function Skips({ view }: { view: SchedulerView }) {
  const bars = Object.entries(view.skipped)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, value]) => ({
      key: reason,
      label: REASON_NAMES[reason] ?? reason,
      value,
      kind: 'skipped' as const,
    }));
  return (
    <Panel title="Skips by reason">
      {bars.length === 0 ? <Empty title="Nothing was skipped" /> : <ShareBars bars={bars} />}
    </Panel>
  );
}

function EventLoop({ view: { eventLoop } }: { view: SchedulerView }) {
  const { p50Ms, p99Ms, maxMs } = eventLoop;
  return (
    <Panel title="Event loop" hint="How late this process was with its timers in the last minute.">
      <dl class="figures is-plain">
        <div>
          <dt>p50</dt>
          <dd>{duration(p50Ms)}</dd>
        </div>
        <div>
          <dt>p99</dt>
          <dd>{duration(p99Ms)}</dd>
        </div>
        <div>
          <dt>Most</dt>
          <dd>{duration(maxMs)}</dd>
        </div>
      </dl>
    </Panel>
  );
}

function Nodes({ view: { nodes } }: { view: SchedulerView }) {
  return (
    <Panel title="Processes">
      <table class="table is-history">
        <caption class="visually-hidden">Processes</caption>
        <thead>
          <tr>
            <th scope="col">Process</th>
            <th scope="col">Version</th>
            <th scope="col">Started</th>
            <th scope="col">Last seen</th>
            <th scope="col">Clock</th>
          </tr>
        </thead>
        <tbody>
          {nodes.map(node => (
            <NodeRow key={node.id} node={node} />
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function NodeRow({ node: { id, version, startedAt, seenAt, clockSkewMs, isThis } }: { node: NodeView }) {
  return (
    <tr>
      <td>
        <code>{id}</code> {isThis && <span class="group">answers you</span>}
      </td>
      <td data-label="Version" class="number">
        {version}
      </td>
      <td data-label="Started">
        <When at={startedAt} />
      </td>
      <td data-label="Last seen">
        <When at={seenAt} />
      </td>
      <td data-label="Clock" class="number">
        {clockSkewMs === null ? '–' : `${clockSkewMs > 0 ? '+' : ''}${duration(clockSkewMs)}`}
      </td>
    </tr>
  );
}
