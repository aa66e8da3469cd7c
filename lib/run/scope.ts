/** A task or a group, by its name: what can be paused, and counts failures. */
export type Scope = { readonly task: string } | { readonly group: string };

/** The scopes in which a task stands, its own first. */
export function scopesOf({
  name,
  group,
}: {
  readonly name: string;
  readonly group: string | null;
}): readonly Scope[] {
  return group === null ? [{ task: name }] : [{ task: name }, { group }];
}

/** A scope as one text, the same for the same scope. */
export function scopeKey(scope: Scope): string {
  return 'task' in scope ? `task ${scope.task}` : `group ${scope.group}`;
}
