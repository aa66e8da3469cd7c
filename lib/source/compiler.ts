import { loadPeer } from '../peer.js';

/**
 * Whether the TypeScript of the app can read sources; before what needs it is loaded.
 *
 * @param where who needs it, for messages.
 * @param remedy what to do when it cannot.
 * @throws {MissingPackageError} when there is none; {Error} for TypeScript 7, which has no API that is stable.
 */
export async function expectCompiler(where: string, remedy: string): Promise<void> {
  const use = 'reads the sources';
  const { default: ts } = await loadPeer(
    { name: 'typescript', use, load: () => import('typescript') },
    where,
  );
  if (typeof ts.createProgram === 'function') return;
  throw new Error(
    `${where} expects TypeScript 5 or 6, which has a compiler API, got ${ts.version}. ${remedy}`,
  );
}
