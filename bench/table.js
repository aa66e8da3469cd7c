/** Numbers and tables of the reports. */

/**
 * A Markdown table, the first column to the left and numbers to the right.
 *
 * @param {string[]} headings
 * @param {(string | number)[][]} rows
 */
export function table(headings, rows) {
  const cells = [headings, ...rows].map(row => row.map(String));
  const widths = headings.map((_, column) => Math.max(3, ...cells.map(row => row[column].length)));
  const line = row =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join(' | ')} |`;
  const rule = widths.map((width, column) =>
    column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  const [head, ...body] = cells.map(line);
  return [head, line(rule), ...body].join('\n');
}

/** `10,000` */
export function count(n) {
  return Number.isFinite(n) ? Math.round(n).toLocaleString('en') : '-';
}

/** With so many decimal places; `-` for what is not known. */
export function fixed(value, digits) {
  return Number.isFinite(value) ? value.toFixed(digits) : '-';
}

/** With two significant digits. */
export function ratio(value, base) {
  return base > 0 && Number.isFinite(value) ? String(Number((value / base).toPrecision(2))) : '-';
}

export function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
}
