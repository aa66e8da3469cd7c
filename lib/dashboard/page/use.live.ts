import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { LiveEvent } from '../api.views.js';
import type { Cell } from './cell.js';
import { connectLive, type LiveState } from './live.js';
import type { ServerClock } from './server.clock.js';

interface LiveParts {
  readonly base: URL;
  readonly clock: ServerClock;
  readonly isReached: Cell<boolean>;
}

type Listener = (event: LiveEvent) => void;

/** One connection for the whole page. */
export function useLive({ base, clock, isReached }: LiveParts) {
  const listeners = useRef(new Set<Listener>());
  const [state, setState] = useState<LiveState>('connecting');

  useEffect(() => {
    const live = connectLive({
      open: () => new EventSource(new URL('events', base)),
      onEvent(event) {
        if (event.type === 'heartbeat') clock.sync(event.now);
        for (const listener of listeners.current) listener(event);
      },
    });
    const unlisten = live.state.listen(() => setState(live.state.get()));
    const unreach = isReached.listen(() => isReached.get() && live.retry());
    return () => {
      unlisten();
      unreach();
      live.close();
    };
  }, [base, clock, isReached]);

  const listen = useCallback((listener: Listener) => {
    listeners.current.add(listener);
    return () => void listeners.current.delete(listener);
  }, []);
  return { listen, state };
}
