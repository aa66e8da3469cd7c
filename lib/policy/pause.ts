/** Why nothing of a task or a group runs. */
export interface Pause {
  /** Epoch ms. */
  readonly since: number;
  readonly reason: string;
  /** From then on (epoch ms) one run may try: its success ends the pause. `null` = until somebody resumes. */
  readonly until: number | null;
  /** The run that tries. */
  readonly trial: string | null;
}

/** Whether a run that is due at `now` (epoch ms) may be the one that tries. */
export function mayTry({ until, trial }: Pause, now: number): boolean {
  return until !== null && now >= until && trial === null;
}
