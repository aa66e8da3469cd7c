/**
 * The part of the Standard Schema specification (version 1) that is used here: what zod, valibot, arktype and
 * Nest 12 share. Source: https://standardschema.dev
 */
export interface PayloadSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => PayloadResult<Output> | Promise<PayloadResult<Output>>;
  };
}

/** What a schema says of a value. */
export type PayloadResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly PayloadIssue[] };

/** One thing that is wrong with a value. */
export interface PayloadIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[];
}

/** `since: expected string` for each issue. */
export function describeIssues(issues: readonly PayloadIssue[]): readonly string[] {
  return issues.map(({ path, message }) => [pathOf(path), message].filter(Boolean).join(': '));
}

function pathOf(path: PayloadIssue['path'] = []): string {
  return path.map(part => String(typeof part === 'object' ? part.key : part)).join('.');
}
