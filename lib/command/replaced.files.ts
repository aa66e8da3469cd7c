import { access, chmod, constants, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';

/** What a file is to hold from now on. */
export interface NewText {
  readonly path: string;
  readonly text: string;
}

/**
 * Writes all of the files, or none: each goes beside its place first, and then takes it, so that none is ever half
 * written. Links stay, and so do modes and byte order marks.
 *
 * @throws {Error} that names the file which cannot be written.
 */
export async function replaceFiles(files: readonly NewText[]): Promise<void> {
  const staged: { temporary: string; target: string }[] = [];
  for (const { path, text } of files) {
    try {
      const target = await realpath(path);
      const temporary = `${target}.nestjs-sts`;
      staged.push({ temporary, target });
      await stage(target, temporary, text);
    } catch (cause) {
      await Promise.all(staged.map(each => rm(each.temporary, { force: true })));
      throw new Error(
        `expects to write ${path}, got: ${(cause as Error).message}. Nothing is written: make it writable, and run this again.`,
        { cause },
      );
    }
  }
  for (const { temporary, target } of staged) await rename(temporary, target);
}

async function stage(target: string, temporary: string, text: string): Promise<void> {
  await access(target, constants.W_OK);
  const { mode } = await stat(target);
  const hasMark = (await readFile(target, 'utf8')).startsWith(MARK);
  await writeFile(temporary, `${hasMark ? MARK : ''}${text}`);
  await chmod(temporary, mode);
}

const MARK = '\uFEFF';
