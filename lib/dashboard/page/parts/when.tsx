import { absolute, iso, relative } from '../time.js';
import { useNow } from '../use.now.js';

/** An instant as a person thinks of it; the exact one is a hover away. */
export function When({ at }: { at: number }) {
  const now = useNow();
  return (
    <time class="when" dateTime={iso(at)} title={absolute(at)}>
      {relative(at, now)}
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
