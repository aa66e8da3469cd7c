import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

export interface Asset {
  readonly body: Buffer;
  readonly gzipped: Buffer;
  readonly type: string;
  readonly etag: string;
}

/** What `npm run build` makes of the page; the path leads there from lib/ and from dist/. */
const DIRECTORY = new URL('../../dist/dashboard/assets/', import.meta.url);

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/** The files of the page, by their exact names. */
export class Assets {
  readonly #byName: ReadonlyMap<string, Asset>;
  readonly script: string;
  readonly style: string;

  /** Reads all of them, once. */
  constructor(directory = DIRECTORY) {
    const manifest = readFileSync(new URL('manifest.json', directory), 'utf8');
    const { js, css } = JSON.parse(manifest) as { readonly js: string; readonly css: string };
    this.script = js;
    this.style = css;
    const names = readdirSync(directory).filter(name => typeOf(name) !== undefined);
    this.#byName = new Map(names.map(name => [name, assetOf(name, readFileSync(new URL(name, directory)))]));
  }

  find(name: string): Asset | undefined {
    return this.#byName.get(name);
  }
}

function typeOf(name: string): string | undefined {
  return TYPES[name.slice(name.lastIndexOf('.') + 1)];
}

function assetOf(name: string, body: Buffer): Asset {
  const hash = createHash('sha256').update(body).digest('base64url').slice(0, 22);
  return { body, gzipped: gzipSync(body), type: typeOf(name)!, etag: `"${hash}"` };
}
