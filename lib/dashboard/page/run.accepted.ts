import type { RunAccepted } from '../api.views.js';
import type { Notice } from './notices.js';
import { reasonInWords } from './outcome.words.js';

/** What is said to somebody who started a task by hand. */
export function acceptedNotice(
  task: string,
  { state, reason, detail }: RunAccepted,
): Pick<Notice, 'tone' | 'text'> {
  if (state === 'started') return { tone: 'good', text: `${task} was started.` };
  if (state === 'waiting') return { tone: 'good', text: `${task} waits to start.` };
  return { tone: 'bad', text: `${task} was skipped: ${detail ?? reasonInWords(reason!)}.` };
}
