import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '../../lib/dashboard/http.js';
import { isLocal, isOwnChange } from '../../lib/dashboard/own.site.js';

function request(headers: HttpRequest['headers'], remoteAddress?: string): HttpRequest {
  const socket = remoteAddress === undefined ? {} : { remoteAddress };
  return { method: 'GET', originalUrl: '/', headers, socket };
}

describe('a request of this computer', () => {
  it.each([
    ['127.0.0.1', 'localhost:3000'],
    ['127.3.2.1', '127.0.0.1'],
    ['::1', '[::1]:3000'],
    ['::ffff:127.0.0.1', 'app.localhost'],
  ])('comes from %s and is meant for %s', (address, host) => {
    expect(isLocal(request({ host }, address))).toBe(true);
  });

  it.each<[string, string | undefined, HttpRequest['headers']]>([
    ['another computer', '10.0.0.7', { host: 'localhost' }],
    ['a socket that has gone', undefined, { host: 'localhost' }],
    ['a name that leads here', '127.0.0.1', { host: 'evil.example' }],
    ['a name that looks like one', '127.0.0.1', { host: '127.0.0.1.evil.example' }],
    ['no name at all', '127.0.0.1', {}],
    ['a proxy', '127.0.0.1', { host: 'localhost', 'x-forwarded-for': '203.0.113.1' }],
    ['a proxy of today', '127.0.0.1', { host: 'localhost', forwarded: 'for=203.0.113.1' }],
  ])('does not come from %s', (_whom, address, headers) => {
    expect(isLocal(request(headers, address))).toBe(false);
  });
});

describe('a change', () => {
  it('is JSON, and says so', () => {
    const own = { 'x-sts-dashboard': '1' };

    expect(isOwnChange(request({ ...own, 'content-type': 'application/json; charset=utf-8' }))).toBe(true);
    expect(isOwnChange(request({ ...own, 'content-type': 'application/jsonp' }))).toBe(false);
    expect(isOwnChange(request(own))).toBe(false);
  });
});
