/** A time during which the scheduler did not run, epoch ms. */
export interface Absence {
  /** `null` = since before the process began. */
  readonly from: number | null;
  /** `null` = it goes on. */
  readonly until: number | null;
}

/** A scheduler that is stopped and started more often forgets the oldest. */
const MOST = 100;

/** When a scheduler of this process did not run. */
export class Absences {
  #all: readonly Absence[] = [{ from: null, until: null }];

  begin(at: number): void {
    if (this.#all.at(-1)?.until !== null)
      this.#all = [...this.#all.slice(1 - MOST), { from: at, until: null }];
  }

  end(at: number): void {
    this.#all = this.#all.map(absence => (absence.until === null ? { ...absence, until: at } : absence));
  }

  /** The one in which an instant (epoch ms) fell; an instant at which it started was not seen. */
  at(instant: number): Absence | undefined {
    return this.#all.find(
      ({ from, until }) => instant > (from ?? -Infinity) && instant <= (until ?? Infinity),
    );
  }
}
