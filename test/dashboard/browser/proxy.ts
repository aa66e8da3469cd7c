import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

export interface Proxy {
  readonly url: string;
  close(): void;
}

export interface ProxyOptions {
  /** Which it cuts off, as many do. */
  readonly prefix?: string;
  /** Whether it keeps an answer to itself until it has all of it, as some do. */
  readonly isBuffering?: boolean;
}

/** A proxy in front of an app. */
export async function proxyOf(
  target: string,
  { prefix = '', isBuffering = false }: ProxyOptions = {},
): Promise<Proxy> {
  const { hostname, port } = new URL(target);
  const server = createServer((asked, answer) => {
    const path = asked.url!.slice(prefix.length) || '/';
    const onward = request({ hostname, port, path, method: asked.method, headers: asked.headers }, inner => {
      const passOn = (body: Readable) => void body.pipe(answer.writeHead(inner.statusCode!, inner.headers));
      if (!isBuffering) return passOn(inner);
      buffer(inner).then(
        all => passOn(Readable.from([all])),
        () => answer.destroy(),
      );
    });
    onward.on('error', () => answer.destroy());
    answer.on('close', () => onward.destroy());
    asked.pipe(onward);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
