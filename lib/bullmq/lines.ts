import type { Queue } from 'bullmq';
import type { Connections, Opened } from './connections.js';
import { jobIdOf } from './run.job.js';

/**
 * Who goes on, and who waits, in the order in which they came. A line is a queue that nobody works on, in which a run has a job of
 * the same id from its first claim to its end; so the server orders them, and a run that another process takes over is where it
 * was. Who is among the first takes a place before it starts: PostgreSQL may show two of them as the first for a moment.
 */
export class Lines {
  readonly #connections: Connections;
  /** By name, for the present connection. */
  #queues = new Map<string, Queue>();
  #opened: Opened | undefined;

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  /** Stands in line, at the end unless it does already. @returns the first `most` of it. */
  async enter(name: string, jobId: string, most: number): Promise<readonly string[]> {
    const queue = await this.#queueOf(name);
    await queue.add('run', {}, { jobId, priority: 1 });
    return this.first(name, most);
  }

  /** Takes one of so many places unless it has one. @returns who is in the way: nobody when it has a place. */
  async take(name: string, jobId: string, places: number): Promise<readonly string[]> {
    const queue = await this.#queueOf(`places ${name}`);
    if ((await queue.getJob(jobId)) !== undefined) return [];
    const holders: string[] = [];
    for (let place = 0; place < places; place++) {
      const { id } = await queue.add('run', {}, { jobId, deduplication: { id: `${place}` } });
      if (id === jobId) return [];
      holders.push(id!);
    }
    return holders;
  }

  /** How many places are taken. */
  async taken(name: string): Promise<number> {
    return (await this.#queueOf(`places ${name}`)).getWaitingCount();
  }

  async leave(name: string, jobId: string): Promise<void> {
    for (const queue of [await this.#queueOf(`places ${name}`), await this.#queueOf(name)]) {
      await queue.remove(jobId);
    }
  }

  async first(name: string, most: number): Promise<readonly string[]> {
    const queue = await this.#queueOf(name);
    return queue.getRanges(['prioritized'], 0, most - 1, true);
  }

  async #queueOf(name: string): Promise<Queue> {
    const opened = await this.#connections.opened();
    if (opened !== this.#opened) this.#queues = new Map();
    this.#opened = opened;
    let queue = this.#queues.get(name);
    if (queue === undefined) {
      queue = opened.line
        .queue(`line ${jobIdOf(name)}`)
        .on('error', error => this.#connections.failed(error));
      this.#queues.set(name, queue);
    }
    return queue;
  }
}
