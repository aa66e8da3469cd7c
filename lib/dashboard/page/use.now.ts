import { useEffect, useState } from 'preact/hooks';
import { useApp } from './app.context.js';

/** The server's time, again every so many ms; it rests while nobody looks. */
export function useNow(everyMs = 1_000): number {
  const { clock } = useApp();
  const [now, setNow] = useState(() => clock.now());
  useEffect(() => {
    const update = () => document.hidden || setNow(clock.now());
    update();
    const timer = setInterval(update, everyMs);
    document.addEventListener('visibilitychange', update);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', update);
    };
  }, [clock, everyMs]);
  return now;
}
