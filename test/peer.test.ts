import { describe, expect, it } from 'vitest';
import { MissingPackageError } from '../lib/index.js';
import { loadPeer } from '../lib/peer.js';

const peer = (load: () => Promise<unknown>) => ({ name: 'prom-client', use: 'keeps metrics', load });

/** As Node complains, of either module system. */
const missing = (code: string, name: string) =>
  Object.assign(new Error(`Cannot find package '${name}' imported from app.js`), { code });

describe('loadPeer()', () => {
  it('gives the package', async () => {
    expect(
      await loadPeer(
        peer(async () => 42),
        'PrometheusModule',
      ),
    ).toBe(42);
  });

  it.each(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'])('says what to install after %s', async code => {
    const cause = missing(code, 'prom-client');
    const loading = loadPeer(
      peer(() => Promise.reject(cause)),
      'PrometheusModule',
    );

    await expect(loading).rejects.toThrow(MissingPackageError);
    await expect(loading).rejects.toMatchObject({
      message:
        'PrometheusModule expects the package prom-client, which keeps metrics, got none. Install it: npm i prom-client.',
      cause,
    });
  });

  it('does not take what the package itself lacks for the package', async () => {
    const cause = missing('ERR_MODULE_NOT_FOUND', 'tdigest');

    await expect(
      loadPeer(
        peer(() => Promise.reject(cause)),
        'PrometheusModule',
      ),
    ).rejects.toBe(cause);
  });

  it('lets other errors through', async () => {
    const cause = new SyntaxError('prom-client is broken');

    await expect(
      loadPeer(
        peer(() => Promise.reject(cause)),
        'PrometheusModule',
      ),
    ).rejects.toBe(cause);
  });
});
