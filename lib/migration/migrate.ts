import ts from 'typescript';
import { declaredJobs, decoratorName } from './declared.jobs.js';
import { rewriteDecorator } from './decorators.js';
import { importedNames, renamed } from './imported.names.js';
import type { MigratedFile } from './migrated.file.js';
import { isDecorating, rewriteModule } from './module.imports.js';
import { importedName, isPathOf, isScheduleObject, SCHEDULE } from './origin.js';
import { rewriteRegistryCall, type MethodCall } from './registry.calls.js';
import { rewritingOf, type Rewriting } from '../source/rewriting.js';

/** Names of @nestjs/schedule that stand here, by themselves, for something. */
const KNOWN: readonly string[] = ['CronExpression', 'SchedulerRegistry', 'ScheduleModule'];
const DECORATORS: readonly string[] = ['Cron', 'Interval', 'Timeout'];

/** Rewrites what files have of @nestjs/schedule; those that have nothing of it come back without edits. */
export function migrate(files: readonly ts.SourceFile[], checker: ts.TypeChecker): readonly Rewriting[] {
  const jobs = declaredJobs(files, checker);
  const roots = files.flatMap(file => rootsIn(file, checker)).length;
  return files.map(source => {
    const rewriting = rewritingOf(source);
    const names = importedNames(rewriting);
    const file = { checker, rewriting, names, jobs, roots, schedulers: new Map() };
    // What hands out a job is rewritten with all its uses, which have to be done by then.
    inside(source, node => rewriteNames(node, file));
    inside(source, node => rewriteRegistry(node, file));
    names.rewrite();
    return rewriting;
  });
}

/** What is within a node comes before it. */
function inside(node: ts.Node, visit: (node: ts.Node) => void): void {
  node.forEachChild(child => inside(child, visit));
  visit(node);
}

function rewriteNames(node: ts.Node, file: MigratedFile): void {
  const { checker, rewriting } = file;
  if (ts.isStringLiteral(node) && isPathOf(node.text, SCHEDULE) && !ts.isImportDeclaration(node.parent)) {
    return rewriting.leave(node.parent, `this way to ${SCHEDULE} is not rewritten`);
  }
  if (ts.isCallExpression(node)) {
    const decorator = decoratorName(node, checker);
    if (decorator !== undefined) return rewriteDecorator(node, decorator, file);
    const module = moduleMethod(node, checker);
    if (module !== undefined) return rewriteModule(node, module, file);
  }
  const name = isNameOnly(node) ? undefined : importedName(node, SCHEDULE, checker);
  if (name !== undefined) rewriteName(node, name, file);
}

function rewriteName(node: ts.Node, name: string, { rewriting, names }: MigratedFile): void {
  if (ts.isExportSpecifier(node.parent)) {
    names.keep(name);
    return rewriting.leave(node, `this way to ${SCHEDULE} is not rewritten`);
  }
  if (KNOWN.includes(name)) {
    if (isBareImport(node, name)) rewriting.leave(node, BARE);
    const ours = names.ours(renamed(name), node);
    if (ours !== rewriting.text(node)) rewriting.replace(node, ours);
    return;
  }
  const isCalled = ts.isCallExpression(node.parent) && node.parent.expression === node;
  if (isCalled && DECORATORS.includes(name)) return;
  names.keep(name);
  rewriting.leave(node, LEFT[name] ?? `${name} has no counterpart here`);
}

/** `imports: [ScheduleModule]` */
function isBareImport({ parent }: ts.Node, name: string): boolean {
  if (name !== 'ScheduleModule' || !ts.isArrayLiteralExpression(parent)) return false;
  return ts.isPropertyAssignment(parent.parent) && parent.parent.name.getText() === 'imports';
}

const BARE =
  'StsModule is imported once, as forRoot(): registry and scheduler are there in all modules without it';

const LEFT: Readonly<Record<string, string>> = {
  CronOptions: 'CronOptions is CronTaskOptions here, with other options',
  ScheduleModuleOptions: 'ScheduleModuleOptions is StsModuleOptions here, with other options',
  ScheduleModuleAsyncOptions: 'ScheduleModuleAsyncOptions is StsModuleAsyncOptions here',
  ScheduleModuleOptionsFactory: 'ScheduleModuleOptionsFactory is StsOptionsFactory here: createStsOptions()',
};

function rewriteRegistry(node: ts.Node, file: MigratedFile): void {
  if (isMethodCall(node) && isScheduleObject(node.expression.expression, 'SchedulerRegistry', file.checker)) {
    rewriteRegistryCall(node, file);
  }
}

function isMethodCall(node: ts.Node): node is MethodCall {
  return ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression);
}

/** The calls of `ScheduleModule.forRoot()` in modules; those of tests have an app of their own each. */
function rootsIn(file: ts.SourceFile, checker: ts.TypeChecker): readonly ts.Node[] {
  const roots: ts.Node[] = [];
  inside(file, node => {
    const isRoot = ts.isCallExpression(node) && moduleMethod(node, checker) !== undefined;
    if (isRoot && isDecorating(node)) roots.push(node);
  });
  return roots;
}

/** `forRoot` or `forRootAsync` of the module of @nestjs/schedule. */
function moduleMethod({ expression }: ts.CallExpression, checker: ts.TypeChecker): string | undefined {
  if (!ts.isPropertyAccessExpression(expression)) return undefined;
  const isModule = importedName(expression.expression, SCHEDULE, checker) === 'ScheduleModule';
  return isModule ? expression.name.text : undefined;
}

/** The import itself, the first part of `all.Name`, which is seen with the whole, and `New` of `export { Name as New }`. */
function isNameOnly(node: ts.Node): boolean {
  const { parent } = node;
  if (parent === undefined) return false;
  if (ts.isExportSpecifier(parent)) return parent.propertyName !== undefined && parent.name === node;
  return ts.isImportSpecifier(parent) || ts.isNamespaceImport(parent);
}
