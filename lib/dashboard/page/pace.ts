/** Calls again and again, at once when it was quiet, and never twice within the gap; the last call always counts. */
export interface Paced {
  call(): void;
  /** Forgets a call that waits. */
  stop(): void;
}

export function paced(act: () => void, gapMs: () => number, now: () => number = Date.now): Paced {
  let lastAt = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const fire = () => {
    timer = undefined;
    lastAt = now();
    act();
  };
  return {
    call() {
      if (timer !== undefined) return;
      const restMs = lastAt + gapMs() - now();
      if (restMs <= 0) fire();
      else timer = setTimeout(fire, restMs);
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
