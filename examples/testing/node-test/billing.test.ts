import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { Test } from '@nestjs/testing';
import { diffPlans, firePlan, StsTestKit } from 'nestjs-sts/testing';
import { BillingModule } from '../app/billing.module.js';
import { Mailer } from '../app/mailer.js';

const WEEK = { from: '2026-03-23T00:00:00Z', to: '2026-03-30T00:00:00Z' };

describe('reminders', () => {
  const send = mock.fn<Mailer['send']>(() => Promise.resolve());
  let kit: StsTestKit;

  beforeEach(async () => {
    send.mock.resetCalls();
    const builder = Test.createTestingModule({ imports: [BillingModule] })
      .overrideProvider(Mailer)
      .useValue({ send });
    kit = await StsTestKit.create(builder);
  });
  afterEach(() => kit.close());

  it('go out four times an hour', async () => {
    await kit.advanceBy('1h');

    assert.equal(send.mock.callCount(), 4);
    assert.deepEqual(kit.outcomes().at(-1), {
      task: 'BillingTasks.reminders',
      dueAt: '2026-01-01T01:00:00Z',
      outcome: 'success',
    });
  });

  it('are skipped while they are paused, and say so', async () => {
    await kit.registry.pause({ group: 'mail' }, 'the server moves');

    const { outcome } = await kit.runNext('BillingTasks.reminders');
    const { sentence } = await kit.explain('BillingTasks.reminders', '2026-01-01T00:15:00Z');

    assert.equal(outcome.kind, 'skipped');
    assert.match(sentence, /the server moves/);
  });
});

describe('another schedule', () => {
  it('shows what it changes', async () => {
    const before = await firePlan(BillingModule, WEEK);
    const kit = await StsTestKit.create({ imports: [BillingModule] }, { now: WEEK.from });
    await kit.registry.update('BillingTasks.invoices', { cron: '0 3 * * *' });

    const { moved, colliding } = diffPlans(before, await firePlan(kit.app, WEEK));
    await kit.close();

    assert.equal(moved.length, 6);
    assert.deepEqual(colliding, []);
  });
});
