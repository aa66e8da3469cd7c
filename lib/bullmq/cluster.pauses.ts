import type { Pause } from '../policy/pause.js';
import type { StsEvent } from '../run/run.events.js';
import { scopeKey, scopesOf, type Scope } from '../run/scope.js';
import type { TaskDefinition } from '../task/task.definition.js';
import type { Clock } from '../time/clock.js';
import type { Control, Controls } from './controls.js';
import { pauseId } from './fact.ids.js';

export interface ClusterPausesHost {
  readonly controls: Controls;
  readonly clock: Clock;
  readonly record: (event: StsEvent) => void;
}

/** What stands in the server. */
interface Wanted {
  readonly scope: Scope;
  /** Epoch ms. */
  readonly since: number;
  readonly reason: string;
}

const KIND = 'pause';

/** Which tasks and groups somebody has paused in all processes, as this one knows it. */
export class ClusterPauses {
  readonly #host: ClusterPausesHost;
  /** `undefined` before anything was read: what stands there is told as nothing new. */
  #pauses: ReadonlyMap<string, Wanted> | undefined;
  /** Why pauses are ended here. */
  readonly #resuming = new Map<string, string>();

  constructor(host: ClusterPausesHost) {
    this.#host = host;
    host.controls.hear(all => this.#hear(all));
  }

  /** The pause of a task or a group; `null` when it is not paused. */
  of(scope: Scope): Pause | null {
    const wanted = this.#pauses?.get(scopeKey(scope));
    if (wanted === undefined) return null;
    return { since: wanted.since, reason: wanted.reason, until: null, isOver: false, trial: null };
  }

  /** Why nothing of a task starts that is due, in words; `null` when it may. */
  because(task: Pick<TaskDefinition, 'name' | 'group'>): string | null {
    if (this.#pauses === undefined || this.#pauses.size === 0) return null;
    const pauses = scopesOf(task).flatMap(scope => this.of(scope) ?? []);
    if (pauses.length === 0) return null;
    return pauses.map(({ since, reason }) => `since ${new Date(since).toISOString()}: ${reason}`).join('; ');
  }

  /** The first who pauses says why. Resolves when the server has it, and has told the others. */
  async pause(scope: Scope, reason: string): Promise<void> {
    await this.#known();
    const data: Wanted = { scope, since: this.#host.clock.now(), reason };
    await this.#host.controls.set({ id: pauseId(scope), kind: KIND, data });
  }

  async resume(scope: Scope, reason: string): Promise<void> {
    await this.#known();
    const key = scopeKey(scope);
    this.#resuming.set(key, reason);
    await this.#host.controls.unset(pauseId(scope)).finally(() => this.#resuming.delete(key));
  }

  /** What stood there before is nothing new. */
  async #known(): Promise<void> {
    if (this.#pauses === undefined) await this.#host.controls.read();
  }

  #hear(all: readonly Control[]): void {
    const wanted = all.filter(({ kind }) => kind === KIND).map(({ data }) => data as Wanted);
    const before = this.#pauses;
    this.#pauses = new Map(wanted.map(pause => [scopeKey(pause.scope), pause]));
    if (before === undefined) return;
    const at = this.#host.clock.now();
    for (const [key, { scope, reason }] of this.#pauses) {
      if (!before.has(key)) this.#host.record({ type: 'paused', at, scope, reason, until: null });
    }
    for (const [key, { scope }] of before) {
      const reason = this.#resuming.get(key) ?? 'in another process';
      if (!this.#pauses.has(key)) this.#host.record({ type: 'resumed', at, scope, reason });
    }
  }
}
