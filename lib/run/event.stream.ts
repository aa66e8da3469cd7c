import { Observable, Subscriber, type Observer, type Operator, type Subscription } from 'rxjs';

type Listener<T> = Partial<Observer<T>> | ((value: T) => void) | null;

/**
 * An Observable whose subscribers, behind operators too, harm nobody: what one throws or rejects with goes to
 * `onError`, once until it works again, and not to the process as RxJS would have it.
 */
export class EventStream<T> extends Observable<T> {
  readonly #onError: (error: unknown) => void;

  constructor(source: Observable<T>, onError: (error: unknown) => void) {
    super();
    this.source = source;
    this.#onError = onError;
  }

  /** What every operator of RxJS makes its result with. */
  override lift<R>(operator?: Operator<T, R>): Observable<R> {
    const lifted = new EventStream<R>(this as unknown as Observable<R>, this.#onError);
    lifted.operator = operator as unknown as Operator<unknown, R>;
    return lifted;
  }

  override subscribe(listener?: Listener<T>): Subscription;
  override subscribe(
    next?: ((value: T) => void) | null,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription;
  override subscribe(
    listener?: Listener<T>,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    // An operator of RxJS, which hands errors on to whoever subscribed to its result.
    if (listener instanceof Subscriber) return super.subscribe(listener);
    const observer: Partial<Observer<T>> =
      typeof listener === 'function' || listener === null || listener === undefined
        ? { next: listener ?? undefined, error: error ?? undefined, complete: complete ?? undefined }
        : listener;
    const attempt = this.#guard();
    return super.subscribe({
      next: value => attempt(() => observer.next?.(value)),
      // An operator's function that throws ends its own subscription, and no other.
      error: thrown => attempt(() => (observer.error ? observer.error(thrown) : this.#onError(thrown))),
      complete: () => attempt(() => observer.complete?.()),
    });
  }

  /** Catches what a subscriber throws or rejects with, and tells the first failure of several in a row. */
  #guard(): (tell: () => unknown) => void {
    let isFailing = false;
    const failed = (error: unknown) => {
      if (isFailing) return;
      isFailing = true;
      this.#onError(error);
    };
    const worked = () => void (isFailing = false);
    return tell => {
      try {
        const told = tell();
        if (told instanceof Promise) told.then(worked, failed);
        else worked();
      } catch (error) {
        failed(error);
      }
    };
  }
}
