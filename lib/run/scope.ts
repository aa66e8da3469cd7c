/** A task or a group, by its name: what can be paused, and counts failures. */
export type Scope = { readonly task: string } | { readonly group: string };

/** A scope as one text, the same for the same scope. */
export function scopeKey(scope: Scope): string {
  return 'task' in scope ? `task ${scope.task}` : `group ${scope.group}`;
}
