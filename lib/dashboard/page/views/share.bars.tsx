import type { ComponentChildren } from 'preact';
import type { MarkKind } from '../outcome.words.js';

interface ShareBar {
  readonly key: string;
  readonly label: ComponentChildren;
  readonly value: number;
  /** Whose colour it has. */
  readonly kind: MarkKind;
}

/** Numbers side by side as bars; the number itself stands beside each, so that no table is needed. */
export function ShareBars({ bars }: { bars: readonly ShareBar[] }) {
  const most = Math.max(1, ...bars.map(({ value }) => value));
  return (
    <dl class="shares">
      {bars.map(({ key, label, value, kind }) => (
        <div key={key} class={value === 0 ? 'is-zero' : ''}>
          <dt>{label}</dt>
          <dd class="share-value number">{value.toLocaleString('en-GB')}</dd>
          <dd class="share-bar" aria-hidden="true">
            <svg viewBox="0 0 100 6" preserveAspectRatio="none">
              <rect
                class={`col is-${kind}`}
                width={value === 0 ? 0 : Math.max(0.6, (value / most) * 100)}
                height="6"
              />
            </svg>
          </dd>
        </div>
      ))}
    </dl>
  );
}
