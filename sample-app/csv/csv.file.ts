import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** An instant (epoch ms; ISO 8601 in the file), and a number for each column. */
export type CsvRow<Column extends string> = { readonly at: number } & Readonly<Record<Column, number>>;

/**
 * A CSV file with the oldest row first. Its calls take turns, so that tasks which run at the same time never write
 * into each other's work.
 */
export class CsvFile<Column extends string> {
  #lastTurn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly path: string,
    private readonly columns: readonly Column[],
  ) {}

  /** Begins the file, unless there is one already. */
  async create(): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true });
    if (!existsSync(this.path)) await writeFile(this.path, this.#textOf([]));
  }

  append(row: CsvRow<Column>): Promise<void> {
    return this.#inTurn(() => appendFile(this.path, this.#lineOf(row)));
  }

  rows(): Promise<CsvRow<Column>[]> {
    return this.#inTurn(() => this.#read());
  }

  /** Drops the rows before an instant (epoch ms), and says how many they were. */
  dropBefore(instant: number): Promise<number> {
    return this.#inTurn(async () => {
      const rows = await this.#read();
      const kept = rows.filter(({ at }) => at >= instant);
      if (kept.length < rows.length) {
        // A rename is all or nothing: whoever reads the file meanwhile sees it before or after, never half of it.
        await writeFile(`${this.path}.new`, this.#textOf(kept));
        await rename(`${this.path}.new`, this.path);
      }
      return rows.length - kept.length;
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#lastTurn.then(work, work);
    this.#lastTurn = turn;
    return turn;
  }

  async #read(): Promise<CsvRow<Column>[]> {
    const [, ...lines] = (await readFile(this.path, 'utf8')).trimEnd().split('\n');
    return lines.map(line => this.#rowOf(line));
  }

  #rowOf(line: string): CsvRow<Column> {
    const [at = '', ...values] = line.split(',');
    const numbers = this.columns.map((column, i) => [column, Number(values[i])]);
    return { at: Date.parse(at), ...Object.fromEntries(numbers) };
  }

  #lineOf(row: CsvRow<Column>): string {
    return `${[new Date(row.at).toISOString(), ...this.columns.map(column => row[column])].join(',')}\n`;
  }

  #textOf(rows: readonly CsvRow<Column>[]): string {
    return [`${['at', ...this.columns].join(',')}\n`, ...rows.map(row => this.#lineOf(row))].join('');
  }
}
