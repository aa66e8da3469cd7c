import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { connectApi, isAbort, ProblemError } from '../../../lib/dashboard/page/api.js';

interface Canned {
  readonly status?: number;
  readonly body: string;
}

let server: Server | undefined;
let asked: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] = [];
let reached: boolean[] = [];

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function apiThatAnswers({ status = 200, body }: Canned) {
  asked = [];
  reached = [];
  const own = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    asked.push({ method: request.method!, url: request.url!, headers: request.headers, body: text });
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  server = own;
  await new Promise<void>(resolve => own.listen(0, '127.0.0.1', resolve));
  const base = new URL(`http://127.0.0.1:${(own.address() as AddressInfo).port}/deep/sts/api/`);
  return connectApi({ base, onReach: isReached => reached.push(isReached) });
}

describe('the client of the API', () => {
  it('asks beside the page, wherever that is', async () => {
    const api = await apiThatAnswers({ body: '{"items":[]}' });

    expect(await api.get('tasks/a%2Fb')).toEqual({ items: [] });
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual(['GET /deep/sts/api/tasks/a%2Fb']);
    expect(reached).toEqual([true]);
  });

  it('sends what changes something as JSON, with a header that no form can send', async () => {
    const api = await apiThatAnswers({ status: 202, body: '{"runId":"a"}' });

    expect(await api.post('tasks/a/run', { payload: 1 })).toEqual({ runId: 'a' });
    expect(asked[0]).toMatchObject({
      method: 'POST',
      body: '{"payload":1}',
      headers: { 'content-type': 'application/json', 'x-sts-dashboard': '1' },
    });
  });

  it.each([
    [
      { status: 400, body: '{"statusCode":400,"message":"since: expected a date"}' },
      'since: expected a date',
    ],
    [{ status: 502, body: '<h1>Bad gateway</h1>' }, 'The server answered 502.'],
    [{ status: 400, body: '{"message":["a","b"]}' }, 'The server answered 400.'],
  ])('hands on why it was refused: %j', async (canned, message) => {
    const api = await apiThatAnswers(canned);

    const refused = api.get('tasks');

    await expect(refused).rejects.toThrow(ProblemError);
    await expect(refused).rejects.toMatchObject({ message, statusCode: canned.status });
    expect(reached).toEqual([true]);
  });

  it('says when nobody answers', async () => {
    const api = await apiThatAnswers({ body: '{}' });
    server!.closeAllConnections();
    await new Promise(resolve => server!.close(resolve));

    await expect(api.get('tasks')).rejects.toMatchObject({ statusCode: 0 });
    expect(reached).toEqual([false]);
  });

  it('does not take a request that was given up for a server that is gone', async () => {
    const api = await apiThatAnswers({ body: '{}' });
    const request = new AbortController();
    request.abort();

    const error: unknown = await api.get('tasks', request.signal).catch((error: unknown) => error);

    expect(isAbort(error)).toBe(true);
    expect(reached).toEqual([]);
  });
});
