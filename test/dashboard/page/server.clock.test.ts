import { expect, it } from 'vitest';
import { serverClock } from '../../../lib/dashboard/page/server.clock.js';

it('goes as the clock of the server does, however wrong that of the browser is', () => {
  let local = 1_000_000;
  const clock = serverClock(() => local);
  expect(clock.now()).toBe(1_000_000);

  clock.sync(5_000_000);
  local += 250;

  expect(clock.now()).toBe(5_000_250);
});
