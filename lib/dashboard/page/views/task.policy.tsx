import type { ComponentChildren } from 'preact';
import type { TaskView } from '../../api.views.js';
import { Panel } from '../parts/panel.js';
import { duration } from '../time.js';
import { ruleInWords } from '../words.js';

const OVERLAPS: Readonly<Record<TaskView['overlap'], string>> = {
  skip: 'A run that falls due meanwhile is skipped',
  bufferOne: 'One run waits, further ones are skipped',
  bufferAll: 'Runs wait one behind another',
  cancelOther: 'The earlier run is cancelled',
  allowAll: 'Runs go on side by side',
};

/** What is asked of the task, rule by rule. */
export function TaskPolicy({ task }: { task: TaskView }) {
  const { triggers, overlap, retries, timeoutMs, hasPayload } = task;
  return (
    <Panel title="Policy">
      <dl class="facts">
        <Fact name="Schedule">
          {triggers.length === 0 && 'By hand only'}
          {triggers.map(text => (
            <Rule key={text} text={text} />
          ))}
        </Fact>
        <Fact name="Overlap">
          {OVERLAPS[overlap]} <code>{overlap}</code>
        </Fact>
        <Fact name="Retries">{retries === 0 ? 'None' : `Up to ${retries}`}</Fact>
        <Fact name="Timeout">{timeoutMs === null ? 'None' : duration(timeoutMs)}</Fact>
        <Fact name="Payload">{hasPayload ? 'Checked by a schema' : 'Any, unchecked'}</Fact>
      </dl>
    </Panel>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Rule({ text }: { text: string }) {
  const { words, rule, zone } = ruleInWords(text);
  return (
    <span class="rule">
      {words}
      <span class="rule-text">
        <code>{rule}</code> {zone !== null && <span class="hint">{zone}</span>}
      </span>
    </span>
  );
}
