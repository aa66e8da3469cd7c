/** Where somebody is: what stands behind the `#` of the address. */
export type Route =
  | { readonly page: 'overview' }
  | { readonly page: 'tasks' }
  | { readonly page: 'task'; readonly name: string }
  | { readonly page: 'run'; readonly id: string }
  | { readonly page: 'scheduler' }
  | { readonly page: 'unknown' };

export function readRoute(hash: string): Route {
  const [page = '', rest] = parts(hash);
  if (page === '' && rest === undefined) return { page: 'overview' };
  if (page === 'tasks') return rest === undefined ? { page: 'tasks' } : { page: 'task', name: rest };
  if (page === 'runs' && rest !== undefined) return { page: 'run', id: rest };
  if (page === 'scheduler' && rest === undefined) return { page: 'scheduler' };
  return { page: 'unknown' };
}

/** The other way round, for links. */
export function hrefOf(route: Exclude<Route, { page: 'unknown' }>): string {
  switch (route.page) {
    case 'overview':
      return '#/';
    case 'task':
      return `#/tasks/${encodeURIComponent(route.name)}`;
    case 'run':
      return `#/runs/${encodeURIComponent(route.id)}`;
    case 'tasks':
    case 'scheduler':
      return `#/${route.page}`;
  }
}

export const hrefOfTask = (name: string) => hrefOf({ page: 'task', name });
export const hrefOfRun = (id: string) => hrefOf({ page: 'run', id });

/** The page's word and what follows it; an address that cannot be decoded names no page. */
function parts(hash: string): readonly [string?, string?] {
  const [, page = '', rest] = /^#?\/?([^/]*)(?:\/(.+))?$/.exec(hash) ?? ['', '?'];
  if (rest === undefined) return [page];
  try {
    return [page, decodeURIComponent(rest)];
  } catch {
    return ['?'];
  }
}
