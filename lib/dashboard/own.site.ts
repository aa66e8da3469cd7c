import type { HttpRequest } from './http.js';

/** A header that no form and no link of another site can send. */
export const OWN_HEADER = 'x-sts-dashboard';

/** Whether a request that changes something comes from the dashboard's own page, or from a program that means it. */
export function isOwnChange(request: HttpRequest): boolean {
  const { headers } = request;
  if (!/^application\/json\b/i.test(headers['content-type'] ?? '')) return false;
  const site = siteOf(request);
  return site === 'unknown' ? headers[OWN_HEADER] !== undefined : site === 'same-origin';
}

/** Whether a page of another site asks for data. */
export function isCrossSite(request: HttpRequest): boolean {
  return ['cross-site', 'same-site'].includes(siteOf(request));
}

/**
 * Where a request comes from, as a browser says it: over plain http it says no more than the Origin, and of what it
 * could show to nobody not even that.
 */
function siteOf({ headers }: HttpRequest): string {
  const { origin } = headers;
  const site = headers['sec-fetch-site'];
  if (typeof site === 'string') return site;
  if (origin === undefined) return 'unknown';
  return isSameHost(origin, hostOf(headers)) ? 'same-origin' : 'cross-site';
}

function isSameHost(origin: string, host: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, host: asking } = new URL(origin);
  // With the same protocol, so that its own port may be left out.
  const asked = `${protocol}//${host}`;
  return URL.canParse(asked) && new URL(asked).host === asking;
}

/** HTTP/2 has another name for it. */
function hostOf(headers: HttpRequest['headers']): string {
  return headers.host ?? headers[':authority']?.toString() ?? '';
}

const OF_PROXIES = /^(x-forwarded-.*|x-real-ip|forwarded|via)$/;

/**
 * Whether a request comes from this computer and means it: a site elsewhere whose name leads here (DNS rebinding) has
 * another host, and a proxy says so, or speaks HTTP/1.0 as nginx does unless told otherwise.
 */
export function isLocal({ socket, headers, httpVersion, raw }: HttpRequest): boolean {
  const isProxied = Object.keys(headers).some(name => OF_PROXIES.test(name));
  const isOld = (httpVersion ?? raw?.httpVersion) === '1.0';
  return !isProxied && !isOld && isLoopback(socket.remoteAddress ?? '') && isLocalName(hostOf(headers));
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}

function isLocalName(host: string): boolean {
  const name = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return /^(localhost|.*\.localhost|127\.\d+\.\d+\.\d+|::1)$/.test(name);
}
