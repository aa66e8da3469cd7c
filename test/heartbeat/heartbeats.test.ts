import { expect, it } from 'vitest';
import { Heartbeats } from '../../lib/heartbeat/heartbeats.js';
import { finishedRun, NEW_YEAR, runningRun } from '../run/sample.run.js';

const at = NEW_YEAR;
const url = 'https://hc-ping.com/1';
const another = 'https://hc-ping.com/2';

/** Who hears of the end of a run, when a task has another check by then. */
function toldOfEnd(before: (heartbeats: Heartbeats) => void): string | undefined {
  let now: string | undefined = url;
  const heartbeats = new Heartbeats(() => now);
  heartbeats.pingOf({ type: 'runStarted', at, run: runningRun() });
  before(heartbeats);
  now = another;
  return heartbeats.pingOf({ type: 'runFinished', at, run: finishedRun() })?.url;
}

it('the end of a run is told where its start was', () => {
  expect(toldOfEnd(() => {})).toBe(url);
});

it('a run that this process has lost is forgotten', () => {
  expect(toldOfEnd(heartbeats => heartbeats.pingOf({ type: 'runLost', at, run: runningRun() }))).toBe(
    another,
  );
});

it('the starts of ten thousand runs are remembered, whose ends others may tell', () => {
  const start = (count: number) => (heartbeats: Heartbeats) => {
    for (let i = 0; i < count; i++) {
      heartbeats.pingOf({ type: 'runStarted', at, run: runningRun({ id: `run-${i}` }) });
    }
  };

  expect([toldOfEnd(start(9_999)), toldOfEnd(start(10_000))]).toEqual([url, another]);
});
