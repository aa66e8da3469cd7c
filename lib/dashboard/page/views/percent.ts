/** A share from 0 to 1; 100 % only when nothing is missing from it. */
export function percent(share: number): string {
  if (share === 1 || share === 0) return `${share * 100} %`;
  const rounded = Math.round(share * 1_000) / 10;
  return `${Math.min(99.9, Math.max(0.1, rounded))} %`;
}
