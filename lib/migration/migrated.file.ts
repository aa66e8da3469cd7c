import type ts from 'typescript';
import type { DeclaredJobs } from './declared.jobs.js';
import type { ImportedNames } from './imported.names.js';
import type { Rewriting } from '../source/rewriting.js';

/** A file on its way: what is known of it, and what becomes of it. */
export interface MigratedFile {
  readonly checker: ts.TypeChecker;
  readonly rewriting: Rewriting;
  readonly names: ImportedNames;
  /** Those of all files. */
  readonly jobs: DeclaredJobs;
  /** How many modules have `ScheduleModule.forRoot()`. */
  readonly roots: number;
  /** Classes that have been given a `TaskScheduler`, with the name of that. */
  readonly schedulers: Map<ts.Node, string>;
}
