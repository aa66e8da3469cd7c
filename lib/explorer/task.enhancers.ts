import {
  EXCEPTION_FILTERS_METADATA,
  GUARDS_METADATA,
  INTERCEPTORS_METADATA,
} from '@nestjs/common/constants.js';
import type { Class } from './decorated.members.js';

/** The kinds of enhancers, by the metadata that names them. */
const KINDS = [GUARDS_METADATA, INTERCEPTORS_METADATA, EXCEPTION_FILTERS_METADATA] as const;

/** What stands on a class and on one of its methods. */
export interface OwnEnhancers {
  readonly hasGuards: boolean;
  readonly hasAny: boolean;
  /** Those named by their class, so that Nest has to make them: on the class of the task, and on the method. */
  readonly classes: { readonly ofType: readonly Function[]; readonly ofMethod: readonly Function[] };
}

/** The enhancers on a class and on its method, or on what is called in its place. */
export function enhancersOf(type: Class, method: unknown): OwnEnhancers {
  const [ofType, ofMethod] = [allOn(type), allOn(method)];
  return {
    hasGuards: [...enhancersOn(type, GUARDS_METADATA), ...enhancersOn(method, GUARDS_METADATA)].length > 0,
    hasAny: ofType.length + ofMethod.length > 0,
    classes: { ofType: ofType.filter(isClass), ofMethod: ofMethod.filter(isClass) },
  };
}

function allOn(bearer: unknown): readonly unknown[] {
  return KINDS.flatMap(kind => enhancersOn(bearer, kind));
}

function isClass(enhancer: unknown): enhancer is Function {
  return typeof enhancer === 'function';
}

function enhancersOn(bearer: unknown, kind: string): readonly unknown[] {
  if (typeof bearer !== 'function') return [];
  return (Reflect.getMetadata(kind, bearer) as readonly unknown[] | undefined) ?? [];
}
