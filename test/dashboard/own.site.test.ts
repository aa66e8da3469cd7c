import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '../../lib/dashboard/http.js';
import { isCrossSite, isLocal, isOwnChange } from '../../lib/dashboard/own.site.js';

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
    ['a proxy that names the protocol', '127.0.0.1', { host: 'localhost', 'x-forwarded-proto': 'https' }],
    ['nginx', '127.0.0.1', { host: 'localhost', 'x-real-ip': '203.0.113.1' }],
    ['a cache', '127.0.0.1', { host: 'localhost', via: '1.1 varnish' }],
  ])('does not come from %s', (_whom, address, headers) => {
    expect(isLocal(request(headers, address))).toBe(false);
  });
});

it.each([[{ httpVersion: '1.0' }], [{ raw: { httpVersion: '1.0' } }]])(
  'is not of this computer when it speaks as a proxy does that says nothing: %o',
  version => {
    expect(isLocal({ ...request({ host: 'localhost' }, '127.0.0.1'), ...version })).toBe(false);
  },
);

it('is of this computer over HTTP/2 too', () => {
  expect(isLocal(request({ ':authority': 'localhost:3000' }, '127.0.0.1'))).toBe(true);
});

describe('a change', () => {
  it('is JSON, and says so', () => {
    const own = { 'x-sts-dashboard': '1' };

    expect(isOwnChange(request({ ...own, 'content-type': 'application/json; charset=utf-8' }))).toBe(true);
    expect(isOwnChange(request({ ...own, 'content-type': 'application/jsonp' }))).toBe(false);
    expect(isOwnChange(request(own))).toBe(false);
  });
});

describe('over plain http, where browsers send no Sec-Fetch-Site', () => {
  const json = { 'content-type': 'application/json', 'x-sts-dashboard': '1' };

  it.each([
    ['http://tasks.example', 'tasks.example'],
    ['http://tasks.example', 'tasks.example:80'],
    ['https://tasks.example', 'tasks.example:443'],
    ['http://10.0.0.7:3000', '10.0.0.7:3000'],
  ])('a page of %s is the own one of %s', (origin, host) => {
    expect(isCrossSite(request({ origin, host }))).toBe(false);
    expect(isOwnChange(request({ ...json, origin, host }))).toBe(true);
  });

  it.each([
    ['http://evil.example', 'tasks.example'],
    ['http://tasks.example:8080', 'tasks.example'],
    ['null', 'tasks.example'],
    ['http://evil.example', ''],
    ['http://evil.example', 'a b'],
  ])('a page of %s is another one than of %s', (origin, host) => {
    expect(isCrossSite(request({ origin, host }))).toBe(true);
    expect(isOwnChange(request({ ...json, origin, host }))).toBe(false);
  });

  it('who says nothing of a site is no page of another one, and changes with the header of its own', () => {
    expect(isCrossSite(request({ host: 'tasks.example' }))).toBe(false);
    expect(isOwnChange(request({ ...json, host: 'tasks.example' }))).toBe(true);
    expect(isOwnChange(request({ 'content-type': 'application/json', host: 'tasks.example' }))).toBe(false);
  });
});
