import { useState } from 'preact/hooks';
import type { ExplanationView, RunView } from '../../api.views.js';
import { errorsOf, type AttemptErrors } from '../attempt.errors.js';
import { useApp } from '../app.context.js';
import { Waterfall } from '../charts/waterfall.js';
import { attemptsBegun, CAUSE_WORDS, reasonInWords } from '../outcome.words.js';
import { Answer } from '../parts/answer.js';
import { CancelDialog } from '../parts/cancel.dialog.js';
import { ErrorText } from '../parts/error.text.js';
import { IconStop } from '../parts/icons.js';
import { Outcome } from '../parts/outcome.js';
import { Panel } from '../parts/panel.js';
import { When } from '../parts/when.js';
import { hrefOfTask } from '../router.js';
import { absolute, duration, withLocalTimes } from '../time.js';
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
    <>
      {run.value === null && <PageHead title="Run" above={<a href="#/tasks">Tasks</a>} />}
      <Answer from={run} lines={8}>
        {run => (
          <>
            <Head run={run} />
            <Errors run={run} />
            {why.value !== null && <p class="explain">{explained(why.value.sentence, run)}</p>}
            {run.outcome === null && <Progress run={run} />}
            <Times run={run} />
            <Attempts run={run} />
            {run.outcome !== 'skipped' && <RunLog run={run} />}
          </>
        )}
      </Answer>
    </>
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

function Times({ run }: { run: RunView }) {
  const now = useNow(run.outcome === null ? 1_000 : 60_000);
  const { dueAt, startedAt, endedAt, node, id, count, lastDueAt } = run;
  return (
    <dl class="figures">
      <div>
        <dt>{endedAt === null ? 'Takes' : 'Took'}</dt>
        <dd>{startedAt === null ? '–' : duration(Math.max(0, (endedAt ?? now) - startedAt))}</dd>
      </div>
      <div>
        <dt>Late by</dt>
        <dd>{startedAt === null ? '–' : duration(Math.max(0, startedAt - dueAt))}</dd>
      </div>
      <div>
        <dt>{endedAt === null ? 'Attempt' : 'Attempts'}</dt>
        <dd>{attemptsBegun(run)}</dd>
      </div>
      {count > 1 && (
        <div class="is-long">
          <dt>Until</dt>
          <dd>{absolute(lastDueAt)}</dd>
        </div>
      )}
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
  const { reason, detail } = run;
  return (
    <Panel title={run.outcome === 'skipped' ? 'Why it was skipped' : 'Attempts'}>
      {reason !== null && (
        <p class="reason">
          {reasonInWords(reason)}
          {detail !== null && <span class="hint"> {detail}</span>}
        </p>
      )}
      {run.outcome !== 'skipped' && <Waterfall run={run} now={now} />}
    </Panel>
  );
}

/** What people come for, before anything else: the error that ended it, and those of the attempts before. */
function Errors({ run: { error, ended } }: { run: RunView }) {
  const told = errorsOf(ended).toReversed();
  const isTold = error === null || told[0]?.error.message === error.message;
  if (isTold && told.length === 0) return null;
  return (
    <Panel title={told.length > 1 ? 'Errors' : 'Error'}>
      {!isTold && <ErrorText error={error} isOpen />}
      {told.map((errors, i) => (
        <section key={errors.first} class="attempt-error">
          <h3>{attemptsInWords(errors)}</h3>
          <ErrorText error={errors.error} isOpen={isTold && i === 0} />
        </section>
      ))}
    </Panel>
  );
}

const attemptsInWords = ({ first, last }: AttemptErrors) =>
  first === last ? `Attempt ${first}` : `Attempts ${first} to ${last}`;

/** The page is of this run, so that its id says nothing more. */
const explained = (sentence: string, { id }: RunView) =>
  withLocalTimes(sentence.replace(` as run ${id}`, ''));
