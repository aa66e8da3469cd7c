// Bundles the page of the dashboard into dist/dashboard/assets, with hashed names and a manifest of them.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** Of the first load, gzipped; people open it on phones. */
const MOST_BYTES = 45_000;

const root = fileURLToPath(new URL('..', import.meta.url));
const page = join(root, 'lib/dashboard/page');
const assets = join(root, 'dist/dashboard/assets');

rmSync(assets, { recursive: true, force: true });
mkdirSync(assets, { recursive: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: [
    { in: join(page, 'main.tsx'), out: 'app' },
    { in: join(page, 'styles/index.css'), out: 'app' },
  ],
  tsconfig: join(page, 'tsconfig.json'),
  outdir: assets,
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  bundle: true,
  minify: true,
  format: 'esm',
  splitting: true,
  target: 'es2023',
  charset: 'utf8',
  legalComments: 'none',
  metafile: true,
});

const outputs = Object.entries(metafile.outputs);
const entryOf = ending =>
  outputs.find(
    ([file, { entryPoint }]) => entryPoint !== undefined && /app-/.test(file) && file.endsWith(ending),
  )[0];
const manifest = { js: basename(entryOf('.js')), css: basename(entryOf('.css')) };
writeFileSync(join(assets, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);

/** Their licences ask to be kept with every copy. */
const licences = ['preact', 'cronstrue'].map(
  name => `${name}\n\n${readFileSync(join(root, 'node_modules', name, 'LICENSE'), 'utf8')}`,
);
writeFileSync(join(assets, 'LICENSES.txt'), licences.join('\n\n'));

const first = new Set([...loadedWith(entryOf('.js')), entryOf('.css')]);
const total = bytesOf([...first]);
const later = bytesOf(outputs.map(([file]) => file).filter(file => !first.has(file)));
console.log(`dashboard: ${kB(total)} gzipped on first load, ${kB(later)} more behind it`);
if (total > MOST_BYTES) {
  console.error(`dashboard: expected a first load of at most ${kB(MOST_BYTES)} gzipped, got ${kB(total)}.`);
  process.exitCode = 1;
}

/** A file, and all that it imports before it runs. */
function loadedWith(file) {
  const { imports } = metafile.outputs[file];
  const direct = imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => path);
  return [file, ...direct.flatMap(loadedWith)];
}

function bytesOf(files) {
  const sizes = files.map(file => gzipSync(readFileSync(join(root, file)), { level: 9 }).length);
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

function kB(bytes) {
  return `${(bytes / 1_000).toFixed(1)} kB`;
}
