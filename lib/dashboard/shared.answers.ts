/** However fast it is worked out, and however slowly. */
const LEAST_FRESH_MS = 1_000;
const MOST_FRESH_MS = 30_000;
/** Working them out takes a tenth of the time at most. */
const EASE = 10;
const MOST_KEPT = 50;

interface Known {
  readonly answer: Promise<unknown>;
  /** Of `performance.now()`. */
  until: number;
}

/** Answers that take long to work out, for all who ask the same at about the same time. */
export class SharedAnswers {
  readonly #known = new Map<string, Known>();

  ask<T>(question: string, work: () => Promise<T>): Promise<T> {
    const since = performance.now();
    const before = this.#known.get(question);
    if (before !== undefined && since < before.until) return before.answer as Promise<T>;
    const answer = work();
    const known: Known = { answer, until: Infinity };
    this.#known.delete(question);
    this.#known.set(question, known);
    if (this.#known.size > MOST_KEPT) this.#known.delete(this.#known.keys().next().value!);
    const stays = () => {
      const now = performance.now();
      known.until = now + Math.min(MOST_FRESH_MS, Math.max(LEAST_FRESH_MS, (now - since) * EASE));
    };
    // What failed is worked out again for whoever asks next.
    answer.then(stays, () => void (known.until = 0));
    return answer;
  }

  /** Something has changed: all is worked out again. */
  forget(): void {
    this.#known.clear();
  }
}
