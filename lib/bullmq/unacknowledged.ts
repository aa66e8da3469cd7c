import type { Submission } from '../engine/engine.js';
import { EngineUnavailableError } from '../errors.js';
import { isOfInstant } from '../run/merged.skip.js';
import type { Clock } from '../time/clock.js';
import { jobIdOf } from './run.job.js';
import { isTransient } from './server.errors.js';

/** A submission that the server has not acknowledged. */
export interface Wanted {
  readonly submission: Submission;
  readonly jobId: string;
  /** Epoch ms. */
  readonly since: number;
  readonly answer: Answer;
}

/** Who waits for it. */
export interface Answer {
  readonly accepted: () => void;
  readonly refused: (error: unknown) => void;
}

/** While the server is away no more than these wait for it: the oldest are dropped, and caught up at the next start. */
const MOST_WAITING = 100_000;
/** A person does not wait longer for an answer. */
const HAND_PATIENCE_MS = 10_000;

/** What is to be submitted, until it is acknowledged or refused. */
export class Unacknowledged {
  readonly #clock: Clock;
  readonly #serverName: string;
  readonly #waiting = new Set<Wanted>();
  /** The earliest instant that was dropped, epoch ms. */
  #droppedAt = Infinity;

  constructor(clock: Clock, serverName: string) {
    this.#clock = clock;
    this.#serverName = serverName;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** The earliest instant among them, epoch ms; `Infinity` when there is none. */
  get earliest(): number {
    let earliest = this.#droppedAt;
    for (const { submission } of this.#waiting) {
      if (isOfInstant(submission)) earliest = Math.min(earliest, submission.dueAt);
    }
    return earliest;
  }

  add(submission: Submission, answer: Answer): void {
    const jobId = jobIdOf(submission.id);
    this.#waiting.add({ submission, jobId, since: this.#clock.now(), answer });
    if (this.#waiting.size > MOST_WAITING) this.#dropOldest();
  }

  first(most: number): readonly Wanted[] {
    const first: Wanted[] = [];
    for (const wanted of this.#waiting) {
      if (first.push(wanted) === most) break;
    }
    return first;
  }

  accept(wanted: Wanted): void {
    this.#waiting.delete(wanted);
    wanted.answer.accepted();
  }

  /** Instants wait for as long as it takes; who asks for a run by hand hears of it in the end. */
  failed(batch: readonly Wanted[], cause: unknown): void {
    const now = this.#clock.now();
    for (const wanted of batch) {
      const { submission, since, answer } = wanted;
      if (isOfInstant(submission)) continue;
      if (isTransient(cause) && now - since < HAND_PATIENCE_MS) continue;
      this.#waiting.delete(wanted);
      const message = `${submission.task.name} could not be submitted: ${this.#serverName} is away.`;
      answer.refused(new EngineUnavailableError(message, { cause }));
    }
  }

  #dropOldest(): void {
    const [oldest] = this.#waiting;
    const { submission, answer } = oldest!;
    this.#waiting.delete(oldest!);
    if (isOfInstant(submission)) this.#droppedAt = Math.min(this.#droppedAt, submission.dueAt);
    answer.refused(new EngineUnavailableError(`Too many runs wait for ${this.#serverName}.`));
  }
}
