import type { Redis } from 'ioredis';

/**
 * What a client writes within a tick of the event loop goes out together: a call of the operating system for each command
 * costs both sides more than many commands do.
 */
export function batching(client: Redis): Redis {
  return client.on('connect', () => {
    const { stream } = client;
    const { write } = stream;
    stream.write = ((...args: Parameters<typeof write>) => {
      if (stream.writableCorked === 0) {
        stream.cork();
        process.nextTick(() => stream.uncork());
      }
      return write.apply(stream, args);
    }) as typeof write;
  });
}
