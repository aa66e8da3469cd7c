import ts from 'typescript';
import { decoratorName } from './declared.jobs.js';
import type { MigratedFile } from './migrated.file.js';
import { importedName } from './origin.js';

const COMMON = '@nestjs/common';
const ENHANCERS: readonly (string | undefined)[] = ['UseGuards', 'UseInterceptors', 'UseFilters'];

/** Says what changes for the method under a decorator, and gives the options that keep the rest as it was. */
export function handlerOptions(call: ts.CallExpression, { checker, rewriting }: MigratedFile): string[] {
  const method = call.parent.parent;
  if (!ts.isDecorator(call.parent) || !ts.isMethodDeclaration(method)) return [];
  const scheduled = callsOn(method).filter(each => decoratorName(each, checker) !== undefined);
  if (scheduled.length > 1 && scheduled[0] !== call) {
    rewriting.leave(call, 'only the topmost of several decorators counted; here all of them do');
  }
  if (method.parameters.length > 0) {
    rewriting.change(method.name, `the first argument of ${method.name.getText()} is a TaskContext now`);
  }
  const onClass = callsOn(method.parent as ts.ClassLikeDeclaration);
  const isCommon = (each: ts.CallExpression, names: readonly (string | undefined)[]) =>
    names.includes(importedName(each.expression, COMMON, checker));
  if (onClass.some(each => isCommon(each, ['Controller']))) {
    rewriting.leave(call, 'a controller has no tasks here: move the method to a provider');
  }
  const isEnhanced = [...callsOn(method), ...onClass].some(each => isCommon(each, ENHANCERS));
  return isEnhanced ? ["enhancers: 'none'"] : [];
}

function callsOn(node: ts.MethodDeclaration | ts.ClassLikeDeclaration): readonly ts.CallExpression[] {
  return (ts.getDecorators(node) ?? []).map(({ expression }) => expression).filter(ts.isCallExpression);
}
