import { atTrigger } from '../../lib/trigger/at.trigger.js';
import { cronTrigger } from '../../lib/trigger/cron.trigger.js';
import { everyTrigger } from '../../lib/trigger/every.trigger.js';
import { LAST_INSTANT, type Trigger } from '../../lib/trigger/trigger.js';
import { TriggerPool } from '../../lib/trigger/trigger.pool.js';
import { describeTrigger } from './trigger.contract.js';

const ownTrigger = (): Trigger => ({
  next: after => (after < LAST_INSTANT ? Math.floor(after) + 1 : null),
  toString: () => 'each ms',
});

describeTrigger("everyTrigger('1s')", () => everyTrigger('1s'));
describeTrigger('everyTrigger(1)', () => everyTrigger(1));
describeTrigger('everyTrigger of a period that divides nothing', () => everyTrigger(7_777_777));
describeTrigger("everyTrigger('1d') with an offset", () => everyTrigger('1d', { offset: '4h' }));
describeTrigger('everyTrigger of an offset beyond its period', () => everyTrigger('10s', { offset: '25s' }));
describeTrigger('everyTrigger of the longest period', () => everyTrigger(8.64e15));
describeTrigger('atTrigger of this century', () => atTrigger('2026-12-24T18:00:00Z'));
describeTrigger('atTrigger before the epoch', () => atTrigger(-1));
describeTrigger('atTrigger of the last instant', () => atTrigger(LAST_INSTANT));
describeTrigger('cronTrigger in UTC', () => cronTrigger('*/5 * * * *', { timeZone: 'UTC' }));
describeTrigger('cronTrigger in Paris', () => cronTrigger('30 2 * * *', { timeZone: 'Europe/Paris' }));
describeTrigger('cronTrigger with H', () => cronTrigger('H H * * *', { timeZone: 'UTC', hashSeed: 'a' }));
describeTrigger("a trigger of the user's own, through the pool", () =>
  new TriggerPool().of({ schedule: ownTrigger() }, 'ReportTasks.send: @Schedule', 'ReportTasks.send'),
);
