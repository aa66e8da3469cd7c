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
  /** Whether one is named by its class, so that Nest has to make it. */
  readonly hasClasses: boolean;
}

/** The enhancers on a class and on its method, or on what is called in its place. */
export function enhancersOf(type: Class, method: unknown): OwnEnhancers {
  const own = KINDS.map(kind => [...enhancersOn(type, kind), ...enhancersOn(method, kind)]);
  const all = own.flat();
  return {
    hasGuards: own[0]!.length > 0,
    hasAny: all.length > 0,
    hasClasses: all.some(enhancer => typeof enhancer === 'function'),
  };
}

function enhancersOn(bearer: unknown, kind: string): readonly unknown[] {
  if (typeof bearer !== 'function') return [];
  return (Reflect.getMetadata(kind, bearer) as readonly unknown[] | undefined) ?? [];
}
