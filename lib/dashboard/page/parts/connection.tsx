import { useApp } from '../app.context.js';
import type { LiveState } from '../live.js';
import { useCell } from '../use.cell.js';

const WORDS: Readonly<Record<LiveState | 'offline', readonly [short: string, long: string]>> = {
  live: ['Live', 'Changes arrive as they happen.'],
  connecting: ['Connecting', 'Connecting to the server.'],
  polling: ['Every 5 s', 'Events do not get through; the page asks again every 5 s.'],
  offline: ['Disconnected', 'The page keeps trying.'],
};

/** Whether what is shown is true right now. */
export function Connection({ live }: { live: LiveState }) {
  const isReached = useCell(useApp().isReached);
  const state = isReached ? live : 'offline';
  const [short, long] = WORDS[state];
  return (
    <span class={`connection is-${state}`} title={long} role="status">
      <span class="connection-dot" />
      <span class="connection-word">{short}</span>
      <span class="visually-hidden">. {long}</span>
    </span>
  );
}
