import { absolute, iso, relative } from '../time.js';
import { useTold } from '../use.now.js';

/**
 * An instant as a person thinks of it; the exact one is a hover away.
 *
 * @param isNext it lies ahead: when it is there, the next one has not been told yet.
 */
export function When({ at, isNext = false }: { at: number; isNext?: boolean }) {
  const text = useTold(clock => relative(isNext ? Math.max(at, clock.now()) : at, clock.now()));
  return (
    <time class="when" dateTime={iso(at)} title={absolute(at)}>
      {text}
    </time>
  );
}

/** The exact instant, with how far away it is on hover. */
export function Exactly({ at, text }: { at: number; text?: string }) {
  return (
    <time class="number" dateTime={iso(at)} title={absolute(at)}>
      {text ?? absolute(at)}
    </time>
  );
}
