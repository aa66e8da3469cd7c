import type { MarkKind } from '../outcome.words.js';

/** Each outcome has a shape of its own, so that nobody needs to tell colours apart. */
export function Shape({ kind, x, y, size = 4 }: { kind: MarkKind; x: number; y: number; size?: number }) {
  return (
    <path class={`shape is-${kind}`} d={outline(kind, size)} transform={`translate(${round(x)} ${y})`} />
  );
}

/** The same by itself, for text and legends. */
export function ShapeIcon({ kind }: { kind: MarkKind }) {
  return (
    <svg class="shape-icon" viewBox="-7 -7 14 14" width="14" height="14" aria-hidden="true">
      <Shape kind={kind} x={0} y={0} size={4.5} />
    </svg>
  );
}

const round = (x: number) => Math.round(x * 10) / 10;

function outline(kind: MarkKind, r: number): string {
  const circle = (r: number) => `M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;
  switch (kind) {
    case 'success':
      return circle(r * 0.9);
    case 'failure':
      return `M${-r} ${-r}L${r} ${r}M${r} ${-r}L${-r} ${r}`;
    case 'timeout':
      return `M0 ${-r * 1.1}L${r * 1.1} ${r * 0.85}H${-r * 1.1}z`;
    case 'cancelled':
      return `M${-r * 0.85} ${-r * 0.85}h${r * 1.7}v${r * 1.7}h${-r * 1.7}z`;
    case 'abandoned':
      return `M0 ${-r * 1.2}L${r * 1.2} 0L0 ${r * 1.2}L${-r * 1.2} 0z`;
    case 'skipped':
      return circle(r * 0.7);
    case 'running':
      return `M${-r * 0.7} ${-r}L${r} 0L${-r * 0.7} ${r}z`;
    case 'waiting':
      return `M${-r} ${-r}H${r}L${-r} ${r}H${r}z`;
  }
}
