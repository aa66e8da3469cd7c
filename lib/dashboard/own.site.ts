import type { HttpRequest } from './http.js';

/** A header that no form and no link of another site can send. */
export const OWN_HEADER = 'x-sts-dashboard';

/** Whether a request that changes something comes from the dashboard's own page, or from a program that means it. */
export function isOwnChange({ headers }: HttpRequest): boolean {
  if (!/^application\/json\b/i.test(headers['content-type'] ?? '')) return false;
  const site = headers['sec-fetch-site'];
  return site === undefined ? headers[OWN_HEADER] !== undefined : site === 'same-origin';
}

/** Whether a page of another site asks for data. */
export function isCrossSite({ headers }: HttpRequest): boolean {
  const site = headers['sec-fetch-site'];
  return site === 'cross-site' || site === 'same-site';
}

/**
 * Whether a request comes from this computer and means it: a site elsewhere whose name leads here (DNS rebinding) has
 * another host, and a proxy says for whom it asks.
 */
export function isLocal({ socket, headers }: HttpRequest): boolean {
  const isProxied = headers['x-forwarded-for'] !== undefined || headers['forwarded'] !== undefined;
  return !isProxied && isLoopback(socket.remoteAddress ?? '') && isLocalName(headers.host ?? '');
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}

function isLocalName(host: string): boolean {
  const name = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return /^(localhost|.*\.localhost|127\.\d+\.\d+\.\d+|::1)$/.test(name);
}
