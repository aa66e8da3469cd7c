// Compiles the examples and starts one: `npm run example express`.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const [name = ''] = process.argv.slice(2);
const main = new URL(`../examples/dist/${name}/main.js`, import.meta.url);
const source = new URL(`../examples/${name}/main.ts`, import.meta.url);
if (name === '' || !existsSync(source)) {
  console.error('Which example? npm run example express|fastify|standalone|cluster|observability');
  process.exit(2);
}

const root = new URL('..', import.meta.url);
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'examples'], {
  cwd: root,
  stdio: 'inherit',
});
await import(main);
