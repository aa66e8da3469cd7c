import { InvalidOptionError } from '../errors.js';
import type { ResolvedWorker } from './worker.options.js';

/** What piscina could not do, in words that say what to check; any other error as it is. */
export function tellingFailure(
  error: unknown,
  { exportName, filename }: ResolvedWorker,
  { taskName, payload }: { readonly taskName: string; readonly payload: unknown },
): unknown {
  if (!(error instanceof Error)) return error;
  if (error.message.startsWith('No handler function exported from')) {
    const expected = `the name of a function that ${filename} exports`;
    // Before 20.19.5, Node forgets what a file threw when it was loaded.
    const remedy = 'Is it exported there under this name, does the file load by itself, is it compiled anew?';
    return new InvalidOptionError(
      { where: `${taskName}: exportName`, expected, got: exportName, remedy },
      { cause: error },
    );
  }
  if (error.name !== 'DataCloneError' || isCloneable(payload)) return error;
  const expected = 'what can be copied into a thread (a structured clone)';
  const got = `a value of which ${error.message.replace(/\.$/, '')}`;
  const remedy = 'Give plain data: no functions, no sockets, no promises.';
  return new InvalidOptionError(
    { where: `${taskName}: payload`, expected, got, isGotText: true, remedy },
    { cause: error },
  );
}

/** What else the thread could not copy fails by the same name. */
function isCloneable(payload: unknown): boolean {
  try {
    structuredClone(payload);
    return true;
  } catch {
    return false;
  }
}
