import type { FinishedRun, Run } from '../run/run.js';
import type { StsEvent } from '../run/run.events.js';
import { toldOutcome, type ToldOutcome } from './told.outcome.js';

/** All that has happened in the app of a test, without any bounds. */
export class KitHistory {
  readonly events: StsEvent[] = [];

  hear(event: StsEvent): void {
    this.events.push(event);
  }

  /** As they stand, in order of their first events. */
  runs(): readonly Run[] {
    const runs = new Map<string, Run>();
    for (const event of this.events) if ('run' in event) runs.set(event.run.id, event.run);
    return [...runs.values()];
  }

  /** Of one task or all, in order of their due instants. */
  runsOf(taskName: string | undefined): readonly Run[] {
    return this.runs()
      .filter(run => taskName === undefined || run.taskName === taskName)
      .toSorted((a, b) => a.dueAt - b.dueAt);
  }

  /** Of one task or all, in order of their ends. */
  outcomesOf(taskName: string | undefined): readonly ToldOutcome[] {
    return this.#ended()
      .filter(run => taskName === undefined || run.taskName === taskName)
      .map(toldOutcome);
  }

  #ended(): readonly FinishedRun[] {
    return this.events.flatMap(event =>
      event.type === 'runFinished' || event.type === 'runSkipped' ? [event.run] : [],
    );
  }
}
