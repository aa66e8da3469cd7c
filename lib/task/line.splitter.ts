import { stripVTControlCharacters } from 'node:util';

const LONGEST_LINE = 2_000;

/** Makes lines of a text that comes in pieces: long ones are cut, empty ones left out, and so are colours. */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  #begun = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  add(piece: string): void {
    // A carriage return alone is how programs write over their line.
    const [first = '', ...others] = piece.split(/[\r\n]/);
    this.#begin(first);
    for (const next of others) {
      this.end();
      this.#begin(next);
    }
  }

  /** What has no end of a line yet is one, too. */
  end(): void {
    const line = stripVTControlCharacters(this.#begun).trimEnd();
    this.#begun = '';
    if (line !== '') this.#onLine(line.length <= LONGEST_LINE ? line : `${line.slice(0, LONGEST_LINE)}…`);
  }

  /** Of a line without an end, no more is kept than will be written. */
  #begin(text: string): void {
    if (this.#begun.length <= LONGEST_LINE) this.#begun += text.slice(0, LONGEST_LINE + 1);
  }
}
