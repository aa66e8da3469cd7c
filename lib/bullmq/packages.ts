import { loadPeer } from '../peer.js';

/** BullMQ, as an app has it when it uses this door. */
export type Bullmq = typeof import('bullmq');

/** @throws {MissingPackageError} when it is not installed; so do the others. */
export function loadBullmq(where: string): Promise<Bullmq> {
  return loadPeer({ name: 'bullmq', use: 'keeps the runs', load: () => import('bullmq') }, where);
}

export function loadIoredis(where: string) {
  return loadPeer({ name: 'ioredis', use: 'speaks with Redis', load: () => import('ioredis') }, where);
}

export function loadPg(where: string) {
  return loadPeer({ name: 'pg', use: 'speaks with PostgreSQL', load: () => import('pg') }, where);
}
