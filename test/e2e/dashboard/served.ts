import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import {
  Module,
  type DynamicModule,
  type INestApplication,
  type ModuleMetadata,
  type Provider,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { StsModule, type StsModuleOptions } from 'nestjs-sts';
import { StsDashboardModule, type StsDashboardOptions } from 'nestjs-sts/dashboard';

/** The adapters that Nest has. */
export const ADAPTERS = ['Express', 'Fastify'] as const;

export interface ServedOptions {
  readonly adapter?: (typeof ADAPTERS)[number];
  readonly dashboard?: StsDashboardOptions;
  /** In place of `forRoot(dashboard)`. */
  readonly module?: DynamicModule;
  readonly sts?: StsModuleOptions;
  readonly imports?: ModuleMetadata['imports'];
  /** @default one that is free */
  readonly port?: number;
  /** What is done to the app before it listens. */
  readonly before?: (app: INestApplication) => void;
}

export interface Served {
  readonly app: INestApplication;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  json<T = Record<string, unknown>>(path: string, headers?: Record<string, string>): Promise<T>;
  /** As the dashboard's page does. */
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
}

/** An app with a dashboard, on a port of its own. */
export async function serve(providers: Provider[], options: ServedOptions = {}): Promise<Served> {
  const { adapter = 'Express', dashboard = {}, sts, imports = [], before, port: wanted = 0 } = options;
  @Module({
    imports: [
      StsModule.forRoot({ logLevel: 'SILENT', ...sts }),
      options.module ?? StsDashboardModule.forRoot(dashboard),
      ...imports,
    ],
    providers,
  })
  class AppModule {}
  const http = adapter === 'Express' ? new ExpressAdapter() : new FastifyAdapter();
  const app = await NestFactory.create<INestApplication>(AppModule, http, {
    logger: false,
    abortOnError: false,
    forceCloseConnections: true,
  });
  before?.(app);
  await app.listen(wanted, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${url}/${path}`, { headers, redirect: 'manual' });
  return {
    app,
    url,
    get,
    json: async <T>(path: string, headers?: Record<string, string>) => {
      const response = await get(path, headers);
      if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    },
    post: (path, body = {}, headers = {}) =>
      fetch(`${url}/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', ...headers },
        body: JSON.stringify(body),
      }),
  };
}
