import { Get, Inject, NotFoundException, Param, Req, Res } from '@nestjs/common';
import { Assets } from './assets.js';
import type { DashboardSettings } from './dashboard.options.js';
import { DASHBOARD_SETTINGS } from './dashboard.tokens.js';
import type { HttpRequest } from './http.js';
import { baseOf, CONTENT_SECURITY_POLICY, pageOf } from './page.js';
import { Replies } from './reply.js';

/** Their names change with what they hold. */
const FOR_EVER = 'public, max-age=31536000, immutable';

/** The page and its files. */
export class PageController {
  readonly #settings: DashboardSettings;
  readonly #assets: Assets;
  readonly #replies: Replies;

  constructor(
    @Inject(DASHBOARD_SETTINGS) settings: DashboardSettings,
    @Inject(Assets) assets: Assets,
    @Inject(Replies) replies: Replies,
  ) {
    this.#settings = settings;
    this.#assets = assets;
    this.#replies = replies;
  }

  // The second with a slash at its end, of which Nest cuts one off: to Fastify that is another path.
  @Get(['', '//'])
  page(@Req() request: HttpRequest, @Res() response: unknown): void {
    const headers = {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'cache-control': 'no-store',
    };
    const body = pageOf(this.#settings.title, this.#assets, baseOf(request));
    this.#replies.send(response, { headers, body });
  }

  @Get('assets/:name')
  asset(@Param('name') name: string, @Req() request: HttpRequest, @Res() response: unknown): void {
    const asset = this.#assets.find(name);
    if (asset === undefined) throw new NotFoundException('No such file.');
    const isGzipped = takesGzip(request);
    const etag = isGzipped ? asset.etag.replace(/"$/, '-gzip"') : asset.etag;
    const headers = { etag, vary: 'accept-encoding', 'cache-control': FOR_EVER };
    if (has(request, etag)) {
      return this.#replies.send(response, { status: 304, headers, body: '' });
    }
    this.#replies.send(response, {
      headers: {
        ...headers,
        'content-type': asset.type,
        ...(isGzipped ? { 'content-encoding': 'gzip' } : {}),
      },
      body: isGzipped ? asset.gzipped : asset.body,
    });
  }
}

function takesGzip({ headers }: HttpRequest): boolean {
  const accepted = headers['accept-encoding']?.toString() ?? '';
  return /\bgzip\b/.test(accepted) && !/\bgzip\s*;\s*q=0(\.0*)?\s*(,|$)/.test(accepted);
}

/** A proxy that compresses makes a weak tag of ours, and a browser may have several. */
function has({ headers }: HttpRequest, etag: string): boolean {
  const known = headers['if-none-match']?.split(',') ?? [];
  return known.some(tag => ['*', etag].includes(tag.trim().replace(/^W\//, '')));
}
