/** Why nothing of a task or a group runs. */
export interface Pause {
  /** Epoch ms. */
  readonly since: number;
  readonly reason: string;
  /** From then on (epoch ms) one run may try: its success ends the pause. `null` = until somebody resumes. */
  readonly until: number | null;
  /** Whether that time has come. */
  readonly isOver: boolean;
  /** The run that tries. */
  readonly trial: string | null;
}

/** Whether a run that is due now may be the one that tries. */
export function mayTry({ isOver, trial }: Pause): boolean {
  return isOver && trial === null;
}
