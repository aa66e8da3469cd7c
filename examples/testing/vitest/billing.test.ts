import { Test } from '@nestjs/testing';
import { firePlan, simulate, StsTestKit } from 'nestjs-sts/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BillingModule } from '../app/billing.module.js';
import { Mailer } from '../app/mailer.js';

const send = vi.fn<Mailer['send']>();
let kit: StsTestKit;

beforeEach(async () => {
  send.mockReset().mockResolvedValue();
  const builder = Test.createTestingModule({ imports: [BillingModule] })
    .overrideProvider(Mailer)
    .useValue({ send });
  kit = await StsTestKit.create(builder, { now: '2026-03-28T00:00:00Z' });
});

// Rejects when a handler has not returned.
afterEach(() => kit.close());

describe('invoices', () => {
  it('go out each night', async () => {
    await kit.advanceTo('2026-03-31T00:00:00Z');

    // In the night of the 29th, the clocks leave 02:30 out.
    expect(kit.outcomes('BillingTasks.invoices')).toEqual([
      { task: 'BillingTasks.invoices', dueAt: '2026-03-28T01:30:00Z', outcome: 'success' },
      { task: 'BillingTasks.invoices', dueAt: '2026-03-29T01:00:00Z', outcome: 'success' },
      { task: 'BillingTasks.invoices', dueAt: '2026-03-30T00:30:00Z', outcome: 'success' },
    ]);
  });

  it('are tried again when the mail server is down', async () => {
    await kit.registry.pause('BillingTasks.reminders');
    send.mockRejectedValueOnce(new Error('ECONNREFUSED'));

    const { attempts, outcome } = await kit.runNext('BillingTasks.invoices');

    expect(attempts.map(({ outcome: { kind } }) => kind)).toEqual(['failure', 'success']);
    expect(outcome.kind).toBe('success');
    expect(new Date(kit.clock.now()).toISOString()).toBe('2026-03-28T01:40:00.000Z');
  });
});

describe('a copy', () => {
  it('is sent by hand', async () => {
    const { outcome } = await kit.trigger('BillingTasks.copy', { to: 'ada@example.com' });

    expect(outcome).toEqual({ kind: 'success', result: 'sent to ada@example.com' });
    expect(send).toHaveBeenCalledExactlyOnceWith('ada@example.com', 'copy');
  });
});

describe('the schedule', () => {
  it('is what was agreed on', async () => {
    const plan = await firePlan(BillingModule, { from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z' });

    await expect(plan).toMatchFileSnapshot('billing.plan.txt');
  });

  it('leaves a whole night for invoices that take an hour', async () => {
    const { runs, skips } = await simulate(BillingModule, {
      from: '2026-03-23T00:00:00Z',
      to: '2026-03-30T00:00:00Z',
      durations: { 'BillingTasks.invoices': '50m', 'BillingTasks.reminders': '20s' },
    });

    expect(runs.filter(({ outcome }) => outcome === 'timeout')).toEqual([]);
    // Of the reminders that wait for the mail server meanwhile, one waits, and the others are skipped.
    expect(skips.map(({ task, reason, count }) => `${task} ${reason} ${count}`)).toEqual(
      Array.from({ length: 7 }, () => 'BillingTasks.reminders overlap 3'),
    );
  });
});
