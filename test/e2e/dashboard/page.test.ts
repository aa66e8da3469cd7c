import { get, type IncomingMessage } from 'node:http';
import { Controller, Get, Injectable, Module, type CallHandler, type ExecutionContext } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { Every } from 'nestjs-sts';
import { map } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { ADAPTERS, serve, type Served, type ServedOptions } from './served.js';

@Injectable()
class Tasks {
  @Every('1h')
  hourly() {}
}

let served: Served | undefined;

afterEach(async () => {
  await served?.app.close();
  served = undefined;
});

const start = async (options: ServedOptions) => (served = await serve([Tasks], options));

/** What the page loads, seen from where it was asked for. */
async function loadedBy({ get, url }: Served, path: string): Promise<readonly string[]> {
  const html = await (await get(path)).text();
  const links = [...html.matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)].map(([, link]) => link!);
  return links.map(link => new URL(link, `${url}/${path}`).pathname);
}

describe.each(ADAPTERS)('the page, on %s', adapter => {
  it.each(['sts', 'sts/', 'sts?from=mail'])('leads to its files when asked for as /%s', async path => {
    const { get } = await start({ adapter });

    const files = await loadedBy(served!, path);
    const responses = await Promise.all(files.map(file => get(file.slice(1))));

    expect(files).toHaveLength(2);
    expect(responses.map(({ status }) => status)).toEqual([200, 200]);
  });

  it('leads there below a prefix and a path of several parts', async () => {
    const { get } = await start({
      adapter,
      dashboard: { path: 'admin/tasks' },
      before: app => app.setGlobalPrefix('v1'),
    });

    const files = await loadedBy(served!, 'v1/admin/tasks');

    expect(await Promise.all(files.map(async file => (await get(file.slice(1))).status))).toEqual([200, 200]);
  });

  it('lets nothing run that is not its own', async () => {
    const { get } = await start({ adapter, dashboard: { title: '<Tasks & more>' } });

    const response = await get('sts');
    const html = await response.text();

    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self';/,
    );
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(html).toContain('<title>&#60;Tasks &#38; more&#62;</title>');
    expect(html).not.toMatch(/<script>|<style|style=|onload=/);
  });

  it('has files that a browser keeps for ever, and asks again with their tag', async () => {
    const { get } = await start({ adapter });
    const [file] = await loadedBy(served!, 'sts');
    const first = await get(file!.slice(1));
    const text = await first.text();

    const again = await get(file!.slice(1), { 'if-none-match': first.headers.get('etag')! });

    expect(first.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(text).toMatch(/^[^{"]/);
    expect(first.headers.get('content-encoding')).toBe('gzip');
    expect(first.headers.get('content-type')).toMatch(/^text\/(css|javascript); charset=utf-8$/);
    expect(again.status).toBe(304);
    expect(await again.text()).toBe('');
  });

  it.each([
    ['W/ETAG', 304],
    ['"other", ETAG', 304],
    ['*', 304],
    ['"other"', 200],
  ])('has files that a proxy or a browser asks again for with %s', async (tags, status) => {
    const { get } = await start({ adapter });
    const [file] = await loadedBy(served!, 'sts');
    const etag = (await get(file!.slice(1))).headers.get('etag')!;

    const again = await get(file!.slice(1), { 'if-none-match': tags.replace('ETAG', etag) });

    expect(again.status).toBe(status);
  });

  it.each([
    ['gzip;q=0', null],
    ['br, gzip; q=0.0', null],
    ['gzip;q=0, identity', null],
    ['gzip;q=0.5', 'gzip'],
    ['deflate, gzip', 'gzip'],
  ])('has files as %s wants them', async (accepted, encoding) => {
    const { get } = await start({ adapter });
    const [file] = await loadedBy(served!, 'sts');

    const { headers } = await get(file!.slice(1), { 'accept-encoding': accepted });

    expect(headers.get('content-encoding')).toBe(encoding);
  });

  it('has files for who cannot read what is compressed', async () => {
    const { get } = await start({ adapter });
    const [file] = await loadedBy(served!, 'sts');

    const plain = await get(file!.slice(1), { 'accept-encoding': 'identity' });

    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(await plain.text()).toBe(await (await get(file!.slice(1))).text());
  });

  it('has plain files for who does not say what they can read', async () => {
    const { url } = await start({ adapter });
    const [file] = await loadedBy(served!, 'sts');

    const response = await new Promise<IncomingMessage>(resolve => get(`${url}${file}`, resolve));

    response.resume();
    expect([response.statusCode, response.headers['content-encoding']]).toEqual([200, undefined]);
  });

  it('is not wrapped by what wraps the answers of the app', async () => {
    @Controller('own')
    class Own {
      @Get()
      own() {
        return 'own';
      }
    }
    const wrapping = { intercept: (_: ExecutionContext, next: CallHandler) => next.handle().pipe(map(wrap)) };
    @Module({ controllers: [Own], providers: [{ provide: APP_INTERCEPTOR, useValue: wrapping }] })
    class Wrapping {}
    const { get, json } = await start({ adapter, imports: [Wrapping] });

    expect(await json('own')).toEqual({ data: 'own' });
    expect(await (await get('sts')).text()).toMatch(/^<!doctype html>/);
    expect(await json('sts/api/tasks')).toMatchObject({ items: [{ name: 'Tasks.hourly' }] });
    const [first] = await firstOf(await get('sts/api/events'), 'heartbeat');
    expect(first).toMatch(/^event: heartbeat\nid: \d+-0\ndata: \{"type":"heartbeat","now":\d+\}$/);
  });
});

/** The first event of a type, and what came before it. */
async function firstOf({ body }: Response, type: string): Promise<readonly string[]> {
  const blocks: string[] = [];
  for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
    blocks.push(...chunk.split('\n\n'));
    const at = blocks.findIndex(block => block.startsWith(`event: ${type}\n`));
    if (at >= 0) return blocks.slice(at);
  }
  return [];
}

function wrap(data: unknown) {
  return { data };
}
