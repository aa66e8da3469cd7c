import { useEffect, useState } from 'preact/hooks';
import { useApp } from './app.context.js';
import type { ServerClock } from './server.clock.js';
import { onTick } from './ticker.js';

/** The server's time, again every so many ms; it rests while nobody looks. */
export function useNow(everyMs = 1_000): number {
  return useTold(clock => Math.floor(clock.now() / everyMs) * everyMs);
}

/** What is to be said of the time, looked at each second; drawn again only when it is another thing. */
export function useTold<T>(tell: (clock: ServerClock) => T): T {
  const { clock } = useApp();
  const told = tell(clock);
  const [, setTold] = useState(told);
  useEffect(() => onTick(() => setTold(() => tell(clock))));
  return told;
}
