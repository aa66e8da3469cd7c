import { MissingPackageError } from './errors.js';

/** A package that only one door needs. */
export interface Peer<T> {
  readonly name: string;
  /** Completes "the package x, which …". */
  readonly use: string;
  readonly load: () => Promise<T>;
}

/**
 * Loads a package that an app has only when it uses the door.
 *
 * @param where who needs it, for messages.
 * @throws {MissingPackageError} when it is not installed.
 */
export async function loadPeer<T>({ name, use, load }: Peer<T>, where: string): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    if (!isMissing(cause, name)) throw cause;
    throw new MissingPackageError(
      {
        where,
        expected: `the package ${name}, which ${use}`,
        got: 'none',
        isGotText: true,
        remedy: `Install it: npm i ${name}.`,
      },
      { cause },
    );
  }
}

/** What the package itself imports may be missing as well: that is another complaint. */
function isMissing(error: unknown, name: string): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') && message.includes(`'${name}'`);
}
