/** What decides which of the waiting runs starts first. */
export interface Waiting {
  /** The higher comes first. */
  readonly priority: number;
  /** Epoch ms; of equal priorities, the earlier comes first. */
  readonly dueAt: number;
}

/** Whether `a` starts before `b`. */
export function startsBefore(a: Waiting, b: Waiting): boolean {
  return a.priority > b.priority || (a.priority === b.priority && a.dueAt < b.dueAt);
}
