import type { IncomingHttpHeaders } from 'node:http';

/** What the requests of Express and Fastify have in common. */
export interface HttpRequest {
  readonly method: string;
  /** The path with all prefixes of routers, where there are any. */
  readonly originalUrl: string;
  readonly headers: IncomingHttpHeaders;
  readonly socket: { readonly remoteAddress?: string };
  readonly user?: unknown;
  /** Of Express. */
  readonly httpVersion?: string;
  /** Of Fastify. */
  readonly raw?: { readonly httpVersion: string };
}
