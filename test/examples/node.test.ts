import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
const inRoot = { cwd: root, timeout: 100_000 };

it('the example for node:test passes, compiled as users compile it', { timeout: 120_000 }, async () => {
  await run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'examples/testing'], inRoot);

  const compiled = 'examples/testing/dist/node-test/billing.test.js';
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { stdout } = await run(process.execPath, ['--test', '--test-reporter=tap', compiled], {
    ...inRoot,
    env,
  });

  expect(stdout).toMatch(/^# pass 3$/m);
  expect(stdout).toMatch(/^# fail 0$/m);
});
