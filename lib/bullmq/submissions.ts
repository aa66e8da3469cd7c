import type { Submission } from '../engine/engine.js';
import { InvalidPayloadError } from '../errors.js';
import { isOfInstant } from '../run/merged.skip.js';
import type { TaskDefinition } from '../task/task.definition.js';
import type { Clock } from '../time/clock.js';
import type { Connections } from './connections.js';
import { HeldBack } from './held.back.js';
import type { Ranks } from './ranks.js';
import type { ServerClock } from './server.clock.js';
import { instantsOf } from './single.instants.js';
import { Submitter } from './submitter.js';

export interface SubmissionsHost {
  readonly connections: Connections;
  readonly clock: Clock;
  readonly serverClock: ServerClock;
  readonly keepForMs: number;
  readonly pausedBy: (task: TaskDefinition) => string | null;
  readonly ranks: Ranks;
}

/** What this process submits: instants when it is time for them, and what somebody waits for at once. */
export class Submissions {
  readonly #host: SubmissionsHost;
  readonly #submitter: Submitter;
  readonly #heldBack: HeldBack;

  constructor(host: SubmissionsHost) {
    this.#host = host;
    this.#submitter = new Submitter(host);
    this.#heldBack = new HeldBack(host.clock, submission => this.#submitter.bring(submission));
  }

  /**
   * Resolves when a run that no instant names is acknowledged; nobody waits for the others.
   *
   * @throws {InvalidPayloadError} for what JSON cannot hold.
   * @throws {EngineUnavailableError} when the server is away for too long.
   */
  submit(submission: Submission): Promise<void> | undefined {
    if (!isOfInstant(submission)) {
      refuseUnkept(submission);
      return this.#submitter.submit(submission);
    }
    const { clock, keepForMs, serverClock } = this.#host;
    for (const each of instantsOf(submission, clock.now() - keepForMs)) {
      if (!this.#heldBack.hold(each, serverClock.aheadMs)) this.#submitter.bring(each);
    }
    return undefined;
  }

  /** The latest instant up to `until` (epoch ms) up to which every submission is acknowledged. */
  acknowledgedUntil(until: number): number {
    return Math.min(until, Math.min(this.#submitter.earliest, this.#heldBack.earliest) - 1);
  }

  /** After a `close()`. */
  reopen(): void {
    this.#submitter.reopen();
  }

  /** Submits what is held back. Resolves when all is acknowledged. */
  flush(): Promise<void> {
    this.#heldBack.flush();
    return this.#submitter.settled();
  }

  /** What is not acknowledged is not brought any more. */
  close(): void {
    this.#submitter.close();
  }
}

/** Another process may take the run. */
function refuseUnkept({ task, payload }: Submission): void {
  try {
    JSON.stringify(payload);
  } catch (error) {
    throw new InvalidPayloadError(task.name, [
      `it must be JSON, so that any process can take it: ${String(error)}`,
    ]);
  }
}
