/** What is seen of a long list, in pixels from its top. */
export interface ListView {
  readonly top: number;
  readonly height: number;
  /** Of each row. */
  readonly rowPx: number;
}

export interface RowWindow {
  readonly first: number;
  /** Not included. */
  readonly last: number;
  /** How much room the rows take that are left out. */
  readonly above: number;
  readonly below: number;
}

const SPARE = 8;

/** Which rows are in view, and a few around them. */
export function rowsInView({ top, height, rowPx }: ListView, count: number): RowWindow {
  const inList = (row: number) => Math.min(count, Math.max(0, row));
  const first = inList(Math.floor(top / rowPx) - SPARE);
  const last = Math.max(first, inList(Math.ceil((top + height) / rowPx) + SPARE));
  return { first, last, above: first * rowPx, below: (count - last) * rowPx };
}
