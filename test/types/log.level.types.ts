/**
 * What the compiler accepts and refuses as a `logLevel`. `tsc` is the test: a line under `@ts-expect-error` that
 * compiles is an error itself. Nothing here runs.
 */
import { StsModule, type LogLevelName, type StsModuleOptions } from '../../lib/index.js';

declare const text: string;

export const accepted: StsModuleOptions[] = [
  { logLevel: 'DEBUG' },
  { logLevel: 'debug' },
  { logLevel: 'SILENT' },
  { logLevel: 'silent' },
  { logLevel: 'verbose' },
  { logLevel: 'log' },
  { logLevel: 'warn' },
  { logLevel: 'fatal' },
  { logLevel: 'silly' },
  { logLevel: 'HTTP' },
  { logLevel: text as LogLevelName },
];

export const module = StsModule.forRoot({ logLevel: 'debug' });

export const refused: StsModuleOptions[] = [
  // @ts-expect-error: no name of a level
  { logLevel: 'loud' },
  // @ts-expect-error: a level by its number
  { logLevel: 20 },
  // @ts-expect-error: a text from elsewhere has to be said to be a name
  { logLevel: text },
];
