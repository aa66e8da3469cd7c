/** The end of a text that comes in pieces; the rest is forgotten as it comes. */
export class TextTail {
  readonly #most: number;
  readonly #pieces: string[] = [];
  #length = 0;
  #isCut = false;

  /** @param most how many characters are kept. */
  constructor(most: number) {
    this.#most = most;
  }

  add(piece: string): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
    while (this.#length - this.#pieces[0]!.length >= this.#most && this.#pieces.length > 1) {
      this.#length -= this.#pieces.shift()!.length;
      this.#isCut = true;
    }
  }

  /** With `…` in front when it is not all of it. */
  toString(): string {
    const text = this.#pieces.join('');
    if (!this.#isCut && text.length <= this.#most) return text;
    const end = text.slice(Math.max(text.length - this.#most, 0));
    // Half of a character that takes two.
    return `…${end.replace(/^[\uDC00-\uDFFF]/, '')}`;
  }
}
