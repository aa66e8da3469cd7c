import { Inject, Injectable, StreamableFile } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { asHttp } from './problems.js';

/** The answer of a route, on Express and on Fastify. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/**
 * Sends answers through the app's HTTP adapter: an interceptor of the app that wraps what its own controllers return
 * would break the page.
 */
@Injectable()
export class Replies {
  readonly #host: HttpAdapterHost;

  constructor(@Inject(HttpAdapterHost) host: HttpAdapterHost) {
    this.#host = host;
  }

  send(response: unknown, { status = 200, headers = {}, body }: Answer): void {
    const { httpAdapter } = this.#host;
    const all = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', ...headers };
    for (const [name, value] of Object.entries(all)) httpAdapter.setHeader(response, name, value);
    // Of bytes as they are Express would make JSON.
    httpAdapter.reply(response, typeof body === 'string' ? body : new StreamableFile(body), status);
  }

  /** Answers with what an action says, as JSON. @throws {HttpException} for what the scheduler refuses. */
  async json(response: unknown, action: () => unknown, status = 200): Promise<void> {
    let body: unknown;
    try {
      body = await action();
    } catch (error) {
      throw asHttp(error);
    }
    const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
    this.send(response, { status, headers, body: JSON.stringify(body) });
  }
}
