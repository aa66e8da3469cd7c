/** The server's clock, as far as its answers tell: all instants of the page are compared with it. */
export interface ServerClock {
  now(): number;
  /** Takes the server's time out of an answer. */
  sync(serverNow: number): void;
}

export function serverClock(local: () => number = Date.now): ServerClock {
  let aheadMs = 0;
  return {
    now: () => local() + aheadMs,
    sync(serverNow) {
      aheadMs = serverNow - local();
    },
  };
}
