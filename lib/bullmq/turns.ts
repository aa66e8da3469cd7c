import type { Limits } from '../engine/gate.js';
import { admission, capacity, type Admission, type OverlapPolicy } from '../policy/overlap.js';
import type { FinishedRun } from '../run/run.js';
import { scopeKey } from '../run/scope.js';
import type { TaskDefinition } from '../task/task.definition.js';
import type { ClusterCancels } from './cluster.cancels.js';
import type { Connections } from './connections.js';
import type { Lines } from './lines.js';
import { jobIdOf, type RunJob } from './run.job.js';
import { isLost } from './server.errors.js';

export interface TurnsHost {
  readonly connections: Connections;
  readonly lines: Lines;
  readonly cancels: ClusterCancels;
  readonly limits: Limits;
}

/** Whether a run that a process has taken may start. */
export type Turn = 'start' | 'wait' | 'bufferFull';

/** A line in which a run must be among the first. */
interface Place {
  readonly line: string;
  readonly policy: OverlapPolicy;
}

/** Decides at its claim whether a run starts, or waits for others of its task or its group, wherever they run. */
export class Turns {
  readonly #host: TurnsHost;

  constructor(host: TurnsHost) {
    this.#host = host;
  }

  /** Whether a task's runs have to wait for their turn. */
  has(task: TaskDefinition): boolean {
    return hasLine(task) || this.#limitOf(task) !== undefined;
  }

  /** @throws what the server says. */
  async of({ id }: RunJob, task: TaskDefinition): Promise<Turn> {
    for (const place of this.#placesOf(task)) {
      const admitted = await this.#admissionOf(place, id!);
      if (admitted === 'bufferFull') return admitted;
      if (admitted !== 'start') return 'wait';
    }
    return 'start';
  }

  /** A run that was put back to wait: its turn may have come meanwhile. */
  async look({ id }: RunJob, task: TaskDefinition): Promise<void> {
    for (const { line, policy } of this.#placesOf(task)) {
      const most = capacity(policy);
      const ids = await this.#host.lines.first(line, most);
      if (!ids.includes(id!) || (await this.#host.lines.taken(line)) >= most) return;
    }
    await this.#wake(id!);
  }

  /** A run has ended here, and is recorded. */
  async ended({ id }: FinishedRun, task: TaskDefinition): Promise<void> {
    for (const { line, policy } of this.#placesOf(task)) {
      await this.#host.lines.leave(line, jobIdOf(id));
      const next = (await this.#host.lines.first(line, capacity(policy))).at(-1);
      if (next !== undefined) await this.#wake(next);
    }
  }

  async #admissionOf({ line, policy }: Place, jobId: string): Promise<Admission> {
    const { lines, cancels } = this.#host;
    const most = capacity(policy) + mostWaiting(policy);
    let ids = await lines.enter(line, jobId, most);
    for (;;) {
      const before = ids.includes(jobId) ? ids.indexOf(jobId) : ids.length;
      const active = Math.min(before, capacity(policy));
      const admitted = admission(policy, { active, waiting: before - active });
      const inTheWay =
        admitted === 'start' ? await lines.take(line, jobId, capacity(policy)) : ids.slice(0, active);
      if (inTheWay.length === 0) return admitted;
      const over = await this.#overAmong(inTheWay);
      if (over.length === 0) {
        if (admitted === 'start') return 'wait';
        if (admitted === 'replace') for (const other of ids.slice(0, before)) await cancels.supersede(other);
        if (admitted === 'bufferFull') await lines.leave(line, jobId);
        return admitted;
      }
      for (const other of over) await lines.leave(line, other);
      ids = await lines.first(line, most);
    }
  }

  /** Those that have ended: their process died before it said so to the line. */
  async #overAmong(jobIds: readonly string[]): Promise<readonly string[]> {
    const { runs } = await this.#host.connections.opened();
    const jobs = await Promise.all(jobIds.map(id => runs.getJob(id)));
    return jobIds.filter((_, i) => jobs[i] === undefined || jobs[i].finishedOn !== undefined);
  }

  /** Who waits for its turn looks by itself now and then; it need not wait for that. */
  async #wake(jobId: string): Promise<void> {
    const { runs } = await this.#host.connections.opened();
    try {
      await runs.getBackend().promote(jobId);
    } catch (error) {
      if (!isLost(error)) throw error;
    }
  }

  /** Its own first: who waits for its group holds its place among the runs of its task. */
  #placesOf(task: TaskDefinition): readonly Place[] {
    const { name, group } = task;
    const places: Place[] = [];
    if (hasLine(task)) places.push({ line: scopeKey({ task: name }), policy: task });
    const limit = this.#limitOf(task);
    if (limit !== undefined) {
      const policy = { overlap: 'allowAll', concurrency: limit, bufferSize: Infinity } as const;
      places.push({ line: scopeKey({ group: group! }), policy });
    }
    return places;
  }

  #limitOf({ group }: TaskDefinition): number | undefined {
    return group === null ? undefined : this.#host.limits.groups.get(group);
  }
}

/** Of the others the slot is taken with the submission, or there is room for any number. */
function hasLine(task: TaskDefinition): boolean {
  return task.overlap !== 'skip' && capacity(task) < Infinity;
}

/** How many that wait are of interest. */
function mostWaiting({ overlap, bufferSize }: OverlapPolicy): number {
  if (overlap === 'bufferOne') return 1;
  // In a line of a group nothing is full.
  return Number.isFinite(bufferSize) ? bufferSize : 0;
}
