import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as later } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStream, type LiveStream } from '../../lib/dashboard/live.stream.js';

let server: Server;
let port: number;
let client: Socket | undefined;
let opened: Promise<LiveStream>;

beforeEach(async () => {
  opened = new Promise(resolve => {
    server = createServer((_, response) => resolve(openStream(response)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});

afterEach(() => {
  client?.destroy();
  server.closeAllConnections();
  server.close();
});

/** Somebody who asks, and then reads nothing. */
async function openUnread() {
  client = connect(port, '127.0.0.1');
  client.pause();
  client.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
  return opened;
}

/** Sends until nothing more fits between here and there. */
async function fill(stream: LiveStream) {
  const chunk = 'x'.repeat(64 * 1_024);
  for (let waits = 0; waits < 3; waits++) {
    while (stream.isReady) {
      stream.send(chunk);
      waits = 0;
    }
    await later(20);
  }
}

it('is not ready while whoever asked does not read, and is again when it does', async () => {
  const stream = await openUnread();
  await fill(stream);
  const before = stream.isReady;

  client!.resume();
  while (!stream.isReady) await later(5);

  expect(before).toBe(false);
});

it('ends at once for whoever does not read', async () => {
  const stream = await openUnread();
  const closed = new Promise<void>(resolve => stream.onClose(resolve));
  await fill(stream);

  stream.end();

  await closed;
});

it('tells of a client that has gone', async () => {
  const stream = await openUnread();
  const closed = new Promise<void>(resolve => stream.onClose(resolve));

  client!.destroy();

  await closed;
  expect(() => stream.send('too late')).not.toThrow();
});
