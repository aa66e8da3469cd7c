import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ConfigView, LiveEvent } from '../api.views.js';
import type { Api } from './api.js';
import type { Cell } from './cell.js';
import type { Notices } from './notices.js';
import type { ServerClock } from './server.clock.js';

/** What every part of the page may use. */
export interface App {
  readonly api: Api;
  readonly config: ConfigView;
  readonly clock: ServerClock;
  readonly notices: Notices;
  /** The newest answers by what was asked, so that going back shows something at once. */
  readonly answers: Map<string, unknown>;
  /** Hears of every event; answers how to stop. */
  readonly listen: (listener: (event: LiveEvent) => void) => () => void;
  /** Whether the last request was answered. */
  readonly isReached: Cell<boolean>;
}

export const AppContext = createContext<App | null>(null);

export function useApp(): App {
  const app = useContext(AppContext);
  if (app === null) throw new Error('No app is around this part.');
  return app;
}
