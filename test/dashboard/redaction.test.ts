import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi, type MockInstance } from 'vitest';
import { resolveDashboard } from '../../lib/dashboard/dashboard.options.js';
import { RunViews } from '../../lib/dashboard/run.views.js';
import { finishedRun } from '../run/sample.run.js';

let logged: MockInstance;
beforeEach(() => void (logged = vi.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined)));
afterEach(() => vi.restoreAllMocks());

const redacting = (redact: unknown) => resolveDashboard({ redact: redact as never }).redact;
const OF = { kind: 'log', task: 'T' } as const;

describe('redact', () => {
  it.each<[string, unknown]>([
    [
      'throws',
      () => {
        throw new Error('no rules');
      },
    ],
    [
      'throws what is no error',
      () => {
        throw 'no rules';
      },
    ],
    ['answers nothing', () => undefined],
    ['answers a promise', async (text: string) => text],
    [
      'answers a promise that fails',
      async () => {
        throw new Error('no rules');
      },
    ],
  ])('shows nothing when it %s, and says so once', (_how, redact) => {
    const shown = redacting(redact);

    expect([shown('secret', OF), shown('secret too', OF)]).toEqual([
      '(redact() failed)',
      '(redact() failed)',
    ]);
    expect(logged).toHaveBeenCalledOnce();
    expect(logged.mock.calls[0]![0]).toMatch(
      /^StsDashboardModule.forRoot\(\): redact expects .* the log of T it /,
    );
    expect(JSON.stringify(logged.mock.calls)).not.toContain('secret');
  });

  it('is asked for the name of an error too', () => {
    const views = new RunViews(
      redacting(() => 'hidden'),
      () => null,
    );
    const error = Object.assign(new Error('x'), { name: 'ann@example.org' });

    const run = views.of(finishedRun({ outcome: { kind: 'failure', error } }));

    expect(run.error).toEqual({ name: 'hidden', message: 'hidden', stack: 'hidden' });
  });
});
