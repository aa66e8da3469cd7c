import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

/** What is said about the thing under the pointer, and where. */
export interface Tip {
  readonly x: number;
  readonly y: number;
  readonly content: ComponentChildren;
}

/** A tip that stays inside the box of a chart. */
export function useTip(width: number) {
  const [tip, setTip] = useState<Tip | null>(null);
  const shown = tip !== null && (
    <div
      class={`tip ${tip.x > width / 2 ? 'is-left' : ''}`}
      style={{ left: `${tip.x}px`, top: `${tip.y}px` }}
      aria-hidden="true"
    >
      {tip.content}
    </div>
  );
  return { shown, setTip, hide: () => setTip(null) };
}
