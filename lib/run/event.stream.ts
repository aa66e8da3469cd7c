import { Observable, Subscriber, type Observer, type Operator, type Subscription } from 'rxjs';

/** Where events come from: a Subject that does no more for each event than to call whoever listens. */
export class EventSource<T> {
  /** Never changed in place: who comes or goes while an event is told changes nothing about who hears of it. */
  #subscribers: readonly Subscriber<T>[] = [];
  #hasEnded = false;

  readonly events$ = new Observable<T>(subscriber => {
    if (this.#hasEnded) return subscriber.complete();
    this.#subscribers = [...this.#subscribers, subscriber];
    return () => (this.#subscribers = this.#subscribers.filter(other => other !== subscriber));
  });

  next(event: T): void {
    for (const subscriber of this.#subscribers) subscriber.next(event);
  }

  complete(): void {
    this.#hasEnded = true;
    for (const subscriber of this.#subscribers) subscriber.complete();
  }
}

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
    const guard = new Guard(this.#onError);
    return super.subscribe({
      next: value => guard.call(observer.next, observer, value),
      // An operator's function that throws ends its own subscription, and no other.
      error: (thrown: unknown) =>
        observer.error ? guard.call(observer.error, observer, thrown) : this.#onError(thrown),
      complete: () => guard.call(observer.complete, observer, undefined),
    });
  }
}

/** Catches what a subscriber throws or rejects with, and tells the first failure of several in a row. */
class Guard {
  readonly #onError: (error: unknown) => void;
  #isFailing = false;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  call<A>(tell: ((argument: A) => unknown) | undefined, observer: unknown, argument: A): void {
    try {
      const told = tell?.call(observer, argument);
      if (told instanceof Promise) told.then(this.#worked, this.#failed);
      else this.#isFailing = false;
    } catch (error) {
      this.#failed(error);
    }
  }

  readonly #worked = () => void (this.#isFailing = false);

  readonly #failed = (error: unknown) => {
    if (this.#isFailing) return;
    this.#isFailing = true;
    this.#onError(error);
  };
}
