/** What a processor throws to tell BullMQ what becomes of its job. BullMQ knows them by their names, too. */

/** It has been put back, or is another process's: there is nothing to record. */
export class DelayedError extends Error {
  override readonly name = 'DelayedError';
}

/** It has failed for good. */
export class UnrecoverableError extends Error {
  override readonly name = 'UnrecoverableError';
}
