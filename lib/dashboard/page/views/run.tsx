import { useState } from 'preact/hooks';
import type { ExplanationView, RunView } from '../../api.views.js';
import { useApp } from '../app.context.js';
import { Waterfall } from '../charts/waterfall.js';
import { CAUSE_WORDS, reasonInWords } from '../outcome.words.js';
import { Answer } from '../parts/answer.js';
import { CancelDialog } from '../parts/cancel.dialog.js';
import { Empty } from '../parts/empty.js';
import { ErrorText } from '../parts/error.text.js';
import { IconStop } from '../parts/icons.js';
import { Outcome } from '../parts/outcome.js';
import { Panel } from '../parts/panel.js';
import { When } from '../parts/when.js';
import { hrefOfTask } from '../router.js';
import { absolute, duration } from '../time.js';
import { useNow } from '../use.now.js';
import { useResource } from '../use.resource.js';
import { PageHead } from './page.head.js';
import { Progress } from './progress.js';
import { RunLog } from './run.log.js';

export function RunPage({ id }: { id: string }) {
  const path = `runs/${encodeURIComponent(id)}`;
  const changes = (event: { type: string; run?: { id: string } }) =>
    event.type === 'run' && event.run?.id === id;
  const run = useResource<RunView>({ key: path, changes });
  const why = useResource<ExplanationView>({ key: `${path}/explain`, changes });
  return (
    <Answer from={run} lines={8}>
      {run => (
        <>
          <Head run={run} />
          {why.value !== null && <p class="explain">{why.value.sentence}</p>}
          {run.outcome === null && <Progress run={run} />}
          <Times run={run} />
          <Attempts run={run} />
          <RunLog run={run} />
        </>
      )}
    </Answer>
  );
}

function Head({ run }: { run: RunView }) {
  const { rights } = useApp().config;
  const [isOpen, setOpen] = useState(false);
  const mayCancel = rights.cancel && run.outcome === null;
  return (
    <PageHead
      title={`Run of ${absolute(run.dueAt)}`}
      above={
        <>
          <a href="#/tasks">Tasks</a> <span aria-hidden="true">/</span>{' '}
          <a href={hrefOfTask(run.task)}>{run.task}</a>
        </>
      }
      below={
        <>
          <Outcome run={run} />
          {run.count > 1 && <span class="number">× {run.count}</span>}
          <span class="hint">{CAUSE_WORDS[run.cause]}</span>
          <When at={run.startedAt ?? run.dueAt} />
        </>
      }
      tools={
        mayCancel && (
          <div class="actions">
            <button type="button" class="button is-danger" onClick={() => setOpen(true)}>
              <IconStop /> Cancel
            </button>
            {isOpen && <CancelDialog run={run} close={() => setOpen(false)} />}
          </div>
        )
      }
    />
  );
}

function Times({ run: { dueAt, startedAt, endedAt, attempts, node, id } }: { run: RunView }) {
  return (
    <dl class="figures">
      <div>
        <dt>Took</dt>
        <dd>{startedAt !== null && endedAt !== null ? duration(endedAt - startedAt) : '–'}</dd>
      </div>
      <div>
        <dt>Late by</dt>
        <dd>{startedAt === null ? '–' : duration(Math.max(0, startedAt - dueAt))}</dd>
      </div>
      <div>
        <dt>Attempts ended</dt>
        <dd>{attempts}</dd>
      </div>
      <div class="is-long">
        <dt>Process</dt>
        <dd title={node}>{node}</dd>
      </div>
      <div class="is-long">
        <dt>Run</dt>
        <dd title={id}>{id}</dd>
      </div>
    </dl>
  );
}

function Attempts({ run }: { run: RunView }) {
  const now = useNow(run.outcome === null ? 1_000 : 60_000);
  const { reason, detail, error, ended } = run;
  const last = ended.at(-1)?.error ?? null;
  const isTold =
    error !== null && last !== null && last.message === error.message && last.stack === error.stack;
  return (
    <Panel title={run.outcome === 'skipped' ? 'Skipped' : 'Attempts'}>
      {reason !== null && (
        <p class="reason">
          {reasonInWords(reason)}
          {detail !== null && <span class="hint"> {detail}</span>}
        </p>
      )}
      {run.outcome === 'skipped' ? <Empty title="It made no attempt" /> : <Waterfall run={run} now={now} />}
      {ended.map(
        attempt =>
          attempt.error !== null && (
            <section key={attempt.number} class="attempt-error">
              <h3>Attempt {attempt.number}</h3>
              <ErrorText error={attempt.error} />
            </section>
          ),
      )}
      {error !== null && !isTold && <ErrorText error={error} />}
    </Panel>
  );
}
