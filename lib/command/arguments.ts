/** The options by which one chooses how a result is printed. */
export const FORMS = { json: { type: 'boolean' }, text: { type: 'boolean' } } as const;

/** @throws {Error} when both are wanted. */
export function isJson({ json = false, text = false }: { json?: boolean; text?: boolean }): boolean {
  if (json && text) throw new Error('expects one of --json and --text.');
  return json;
}

/** @throws {Error} when there are more files, or fewer. */
export function expectFiles(files: string[], count: number, expectation: string): string[] {
  if (files.length === count) return files;
  throw new Error(`${expectation}, got ${files.length === 0 ? 'none' : files.join(', ')}.`);
}
