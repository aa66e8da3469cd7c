import { parseArgs } from 'node:util';
import { expectCompiler } from '../source/compiler.js';
import { expectFiles } from './arguments.js';
import { replaceFiles } from './replaced.files.js';

const NAME = 'migrate-from-schedule';

/** Rewrites an app of @nestjs/schedule; without `--write`, shows what that would do. */
export async function migrateFromSchedule(args: string[]): Promise<{ code: 0; out: string }> {
  const options = { write: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [folder] = expectFiles(positionals, 1, `${NAME} expects a folder`);
  await expectCompiler(NAME, `Lend it one: npx -p nestjs-sts -p typescript@6 nestjs-sts ${NAME} <folder>.`);
  const { appFiles } = await import('../migration/app.files.js');
  const { migrate } = await import('../migration/migrate.js');
  const { applied } = await import('../source/rewriting.js');
  const { report, shownPath } = await import('../migration/report.js');
  const { unifiedDiff } = await import('../migration/unified.diff.js');
  const { files, unread, checker } = appFiles(folder!);
  const rewritings = [...unread, ...migrate(files, checker)];
  const rewritten = rewritings.filter(({ edits }) => edits.length > 0);
  if (values.write === true) {
    await replaceFiles(
      rewritten.map(({ file, edits }) => ({ path: file.fileName, text: applied(edits, file.text) })),
    );
    return { code: 0, out: `${report(rewritings, 'after')}${AFTER}` };
  }
  const diffs = rewritten.map(each => unifiedDiff(shownPath(each), each.file.text, each.edits));
  return { code: 0, out: `${diffs.join('')}\n${report(rewritings, 'before')}${BEFORE}` };
}

const BEFORE = '\nNothing is written yet: --write does it. docs/migration.md tells all that differs.\n';
const AFTER =
  '\nNow format the files, and compile the app: what is left to you does not compile, or fails at the start.\n';
