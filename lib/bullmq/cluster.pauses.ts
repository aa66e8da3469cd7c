import type { Pause } from '../policy/pause.js';
import type { StsEvent } from '../run/run.events.js';
import { scopeKey, scopesOf, type Scope } from '../run/scope.js';
import type { TaskDefinition } from '../task/task.definition.js';
import type { Clock } from '../time/clock.js';
import type { Control, Controls } from './controls.js';
import { pauseId, trialId, tripId } from './fact.ids.js';

export interface ClusterPausesHost {
  readonly controls: Controls;
  readonly clock: Clock;
  readonly record: (event: StsEvent) => void;
}

/** A pause as it stands in the server: by somebody, or because runs failed too often. */
export interface WantedPause {
  readonly scope: Scope;
  /** Epoch ms. */
  readonly since: number;
  readonly reason: string;
  /** From then on (epoch ms) one run may try; `null` = until somebody resumes. */
  readonly until: number | null;
}

/** The run that tries. */
export interface Trial {
  readonly scope: Scope;
  /** Of the pause. */
  readonly since: number;
  readonly runId: string;
}

type ByScope<T> = ReadonlyMap<string, T>;

/** Which tasks and groups are paused in all processes, as this one knows it. */
export class ClusterPauses {
  readonly #host: ClusterPausesHost;
  /** By hand; `undefined` before anything was read: what stands there is told as nothing new. */
  #byHand: ByScope<WantedPause> | undefined;
  #trips: ByScope<WantedPause> = new Map();
  #trials: ByScope<Trial> = new Map();
  /** Why pauses are ended here. */
  readonly #resuming = new Map<string, string>();

  constructor(host: ClusterPausesHost) {
    this.#host = host;
    host.controls.hear(all => this.#hear(all));
  }

  /** The pause of a task or a group; `null` when it is not paused. */
  of(scope: Scope): Pause | null {
    const wanted = this.#byHand?.get(scopeKey(scope)) ?? this.trip(scope);
    if (wanted === undefined) return null;
    const { since, reason, until } = wanted;
    const trial = this.trial(scope)?.runId ?? null;
    return { since, reason, until, isOver: this.#isOver(wanted), trial };
  }

  /** The pause that an error threshold has brought about, whatever somebody wants beside it. */
  trip(scope: Scope): WantedPause | undefined {
    return this.#trips.get(scopeKey(scope));
  }

  trial(scope: Scope): Trial | undefined {
    return this.#trials.get(scopeKey(scope));
  }

  /** Why nothing of a task starts that is due, in words; `null` when it may, or one run may try. */
  because(task: Pick<TaskDefinition, 'name' | 'group'>): string | null {
    if (this.#isNothing) return null;
    const isClosed = scopesOf(task).some(scope => this.of(scope)?.isOver === false);
    return isClosed ? this.inWords(task) : null;
  }

  /** Where one run of a task may try. */
  toTry(task: Pick<TaskDefinition, 'name' | 'group'>): readonly Scope[] {
    return this.#isNothing ? [] : scopesOf(task).filter(scope => this.of(scope)?.isOver === true);
  }

  inWords(task: Pick<TaskDefinition, 'name' | 'group'>): string {
    const pauses = scopesOf(task).flatMap(scope => this.of(scope) ?? []);
    return pauses.map(({ since, reason }) => `since ${new Date(since).toISOString()}: ${reason}`).join('; ');
  }

  /** The first who pauses says why. Resolves when the server has it, and has told the others. */
  async pause(scope: Scope, reason: string): Promise<void> {
    await this.#known();
    const data: WantedPause = { scope, since: this.#host.clock.now(), reason, until: null };
    await this.#host.controls.set({ id: pauseId(scope), kind: 'pause', data });
  }

  async resume(scope: Scope, reason: string): Promise<void> {
    await this.#known();
    const key = scopeKey(scope);
    const trial = this.trial(scope);
    this.#resuming.set(key, reason);
    try {
      const ids = [pauseId(scope), tripId(scope)];
      await this.#host.controls.unset(trial === undefined ? ids : [...ids, trialId(trial)]);
    } finally {
      this.#resuming.delete(key);
    }
  }

  get #isNothing(): boolean {
    return (this.#byHand?.size ?? 0) + this.#trips.size === 0;
  }

  #isOver({ until }: WantedPause): boolean {
    return until !== null && until <= this.#host.clock.now();
  }

  /** What stood there before is nothing new. */
  async #known(): Promise<void> {
    if (this.#byHand === undefined) await this.#host.controls.read();
  }

  #hear(all: readonly Control[]): void {
    const isFirst = this.#byHand === undefined;
    const before = this.#all();
    this.#byHand = byScope<WantedPause>(all, 'pause');
    this.#trips = byScope<WantedPause>(all, 'trip');
    const isCurrent = ({ data }: Control) =>
      (data as Trial).since === this.trip((data as Trial).scope)?.since;
    this.#trials = byScope<Trial>(
      all.filter(control => control.kind !== 'trial' || isCurrent(control)),
      'trial',
    );
    if (!isFirst) this.#tell(before, this.#all());
  }

  #all(): ByScope<WantedPause> {
    return new Map([...this.#trips, ...(this.#byHand ?? [])]);
  }

  #tell(before: ByScope<WantedPause>, after: ByScope<WantedPause>): void {
    const { clock, record } = this.#host;
    const at = clock.now();
    for (const [key, { scope, reason, until, since }] of after) {
      if (before.get(key)?.since !== since) record({ type: 'paused', at, scope, reason, until });
    }
    for (const [key, { scope }] of before) {
      const reason = this.#resuming.get(key) ?? 'in another process';
      if (!after.has(key)) record({ type: 'resumed', at, scope, reason });
    }
  }
}

function byScope<T extends { readonly scope: Scope }>(all: readonly Control[], wanted: string): ByScope<T> {
  const data = all.filter(({ kind }) => kind === wanted).map(control => control.data as T);
  return new Map(data.map(each => [scopeKey(each.scope), each]));
}
