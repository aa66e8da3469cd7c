import { Logger } from '@nestjs/common';

/** A text that a task wrote, before anybody sees it. */
export interface Redactable {
  readonly kind: 'error' | 'log' | 'progress' | 'reason';
  readonly task: string;
}

/** Shows a text of a task, or what may be seen of it. */
export type Redact = (text: string, of: Redactable) => string;

/** What is shown of a text when nobody knows what may be seen of it. */
const UNREADABLE = '(redact() failed)';

/** Shows nothing of a text when `redact` throws or answers no text, and logs the first time. */
export function failingClosed(redact: Redact): Redact {
  let hasFailed = false;
  const fail = ({ kind, task }: Redactable, why: string, stack?: string) => {
    const message = `StsDashboardModule.forRoot(): redact expects to answer a text, but for the ${kind} of ${task} it ${why}. Nothing is shown of such texts; this is logged once.`;
    if (!hasFailed) new Logger('StsDashboard').error(message, stack);
    hasFailed = true;
    return UNREADABLE;
  };
  return (text, of) => {
    try {
      const shown: unknown = redact(text, of);
      if (typeof shown === 'string') return shown;
      // An async function may reject later, which would end the process.
      if (shown instanceof Promise) shown.catch(() => undefined);
      return fail(of, `answered ${shown instanceof Promise ? 'a promise' : typeof shown}`);
    } catch (error) {
      return error instanceof Error ? fail(of, `threw ${error.message}`, error.stack) : fail(of, 'threw');
    }
  };
}
