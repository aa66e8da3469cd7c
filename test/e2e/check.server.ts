import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a check was told. */
export interface Told {
  readonly path: string;
  readonly rid: string;
  readonly body: string;
  /** The header; `''` = none. */
  readonly authorization: string;
}

type Answer = (response: ServerResponse, told: Told) => void;

/** A server that is told of runs, as healthchecks.io is. */
export async function checkServer(answer: Answer = response => response.end('OK')) {
  const told: Told[] = [];
  let atOnce = 0;
  let mostAtOnce = 0;
  const waiters = new Set<() => void>();
  const hear = async (request: IncomingMessage, response: ServerResponse) => {
    mostAtOnce = Math.max(mostAtOnce, ++atOnce);
    response.on('close', () => atOnce--);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { pathname, searchParams } = new URL(request.url!, 'http://x');
    const one = {
      path: pathname,
      rid: searchParams.get('rid') ?? '',
      body: Buffer.concat(chunks).toString(),
      authorization: request.headers.authorization ?? '',
    };
    told.push(one);
    waiters.forEach(look => look());
    answer(response, one);
  };
  const server = createServer((request, response) => void hear(request, response).catch(() => undefined));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    told,
    url: `http://127.0.0.1:${port}`,
    get mostAtOnce() {
      return mostAtOnce;
    },
    /** Resolves when it was told so many times. */
    heard: (times: number) =>
      new Promise<readonly Told[]>(resolve => {
        const look = () => {
          if (told.length >= times) resolve(told);
        };
        waiters.add(look);
        look();
      }),
    answerWith: (other: Answer) => void (answer = other),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
