import type { ServerResponse } from 'node:http';

/** An answer that stays open. */
export interface LiveStream {
  /** Whether it has passed on what it was given; else more would only wait in memory. */
  readonly isReady: boolean;
  send(text: string): void;
  /** Ends it, at once when whoever asked does not read. */
  end(): void;
  onClose(listener: () => void): void;
}

/** What of Fastify's reply is used, as an app's own hooks leave it. */
interface FastifyReply {
  readonly raw: ServerResponse;
  hijack(): void;
  getHeaders(): Record<string, number | string | string[] | undefined>;
}

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  // no-transform: what compresses answers would hold events back.
  'cache-control': 'no-store, no-transform',
  // The same for nginx.
  'x-accel-buffering': 'no',
  'x-content-type-options': 'nosniff',
} as const;

/**
 * Begins to answer with events, on Express and on Fastify. Nest's own `@Sse()` would put what interceptors of the app make
 * of its answers into the events.
 */
export function openStream(response: unknown): LiveStream {
  const raw = rawOf(response as ServerResponse | FastifyReply);
  let isReady = true;
  raw.on('drain', () => void (isReady = true));
  // A client that breaks off is nobody's fault; what it has left is told by `close`.
  raw.on('error', () => undefined);
  for (const [name, value] of Object.entries(HEADERS)) raw.setHeader(name, value);
  raw.setTimeout(0);
  raw.writeHead(200);
  raw.flushHeaders();
  return {
    get isReady() {
      return isReady;
    },
    send: text => void (isReady = raw.write(text)),
    end: () => void (isReady ? raw.end() : raw.destroy()),
    onClose: listener => void raw.on('close', listener),
  };
}

function rawOf(response: ServerResponse | FastifyReply): ServerResponse {
  if (!('hijack' in response)) return response;
  const { raw } = response;
  for (const [name, value] of Object.entries(response.getHeaders())) {
    if (value !== undefined) raw.setHeader(name, value);
  }
  // From here on it is not Fastify's to answer.
  response.hijack();
  return raw;
}
