import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The e2e tests meet lib by its public names; these lead to the sources. */
const ownNames = [
  { find: /^nestjs-sts$/, replacement: here('./lib/index.ts') },
  { find: /^nestjs-sts\/bullmq$/, replacement: here('./lib/bullmq/index.ts') },
  { find: /^nestjs-sts\/dashboard$/, replacement: here('./lib/dashboard/index.ts') },
  { find: /^nestjs-sts\/heartbeat$/, replacement: here('./lib/heartbeat/index.ts') },
  { find: /^nestjs-sts\/otel$/, replacement: here('./lib/otel/index.ts') },
  { find: /^nestjs-sts\/prometheus$/, replacement: here('./lib/prometheus/index.ts') },
  { find: /^nestjs-sts\/sqlite$/, replacement: here('./lib/sqlite/index.ts') },
  { find: /^nestjs-sts\/terminus$/, replacement: here('./lib/terminus/index.ts') },
  { find: /^nestjs-sts\/testing$/, replacement: here('./lib/testing/index.ts') },
  { find: /^nestjs-sts\/worker$/, replacement: here('./lib/worker/index.ts') },
];

/** Nest 11 lives in its own workspace; lib and tests are pointed at it. */
const nest11 = [
  {
    find: /^@nestjs\/(common|core|testing|config|microservices|terminus|platform-express|platform-fastify)(?=\/|$)/,
    replacement: here('./test/nest-11/node_modules/@nestjs/$1'),
  },
];

/** These start a Redis and a PostgreSQL of their own; `npm run test:cluster` runs them alone. */
const NEED_SERVERS = ['test/bullmq/**/*.test.ts', 'test/chaos/cluster.*.test.ts'];

/** Two noisy cores take their time over the TypeScript compiler. */
const testTimeout = 30_000;

const shared = {
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
};

export default defineConfig({
  test: {
    coverage: {
      provider: 'v8',
      include: ['lib/**/*.ts'],
      // What needs a browser, or is a process, has tests of its own.
      exclude: ['lib/dashboard/page/**', 'lib/command/main.ts'],
      reporter: ['text', 'json-summary'],
      thresholds: { lines: 95, branches: 95 },
    },
    projects: [
      {
        ...shared,
        resolve: { alias: ownNames },
        test: {
          name: 'nest-12',
          testTimeout,
          include: ['test/**/*.test.ts', 'examples/testing/vitest/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...NEED_SERVERS],
        },
      },
      {
        ...shared,
        resolve: { alias: ownNames },
        test: {
          name: 'cluster',
          // They wait for servers that stop and start again, on a machine that is busy with all of them.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          include: NEED_SERVERS,
          // They wait for servers and locks most of their time: after the others, and several at once.
          sequence: { groupOrder: 1 },
          maxWorkers: 6,
        },
      },
      {
        ...shared,
        resolve: { alias: [...ownNames, ...nest11] },
        test: {
          name: 'nest-11',
          testTimeout,
          include: ['test/e2e/**/*.test.ts'],
          exclude: [...configDefaults.exclude],
        },
      },
    ],
  },
});
