/** Packages that the pages show and the tests do not need. */
declare module 'better-sqlite3' {
  import type { SqliteDatabase } from 'nestjs-sts/sqlite';
  const Database: new (file: string) => SqliteDatabase;
  export default Database;
}

declare module '@sentry/nestjs' {
  interface Scope {
    setTag(name: string, value: string): void;
  }
  export function withIsolationScope<T>(work: (scope: Scope) => T): T;
  export function captureException(error: unknown, hint: object): string;
  export function captureCheckIn(checkIn: { monitorSlug: string; status: 'ok' | 'error' }): string;
}
