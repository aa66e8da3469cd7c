import type { Observable } from 'rxjs';

/** What an Observable emits last, `undefined` if nothing; an abort unsubscribes. */
export function lastValue(source: Observable<unknown>, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    let last: unknown;
    const subscription = source.subscribe({
      next: value => (last = value),
      error: reject,
      complete: () => resolve(last),
    });
    signal.addEventListener('abort', () => {
      try {
        subscription.unsubscribe();
        reject(signal.reason as Error);
      } catch (error) {
        reject(error as Error);
      }
    });
  });
}
